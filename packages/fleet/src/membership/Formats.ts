/**
 * Versions of the feed's format side by side, so that replicas can be replaced one by one.
 *
 * 1. A fleet writes one format at a time, the one its charter names. Every replica reads and writes it, or is refused as it joins.
 * 2. A fleet goes on to a newer format by itself, as soon as every replica that was heard of in the last twenty leases reads and writes it.
 * 3. It never goes back. An older version that joins afterwards is refused in a sentence; one that was cut off meanwhile says the same as soon as it
 *    hears of the others, and drains.
 *
 * A version that brings format 2 reads and writes both, and converts here. Today there is one.
 */
import { type Entry, feedFormat } from "@evalwire/core/feed";

/** The formats of a replica, as its heartbeats state them. */
export interface FormatFacts {
  readonly reads: ReadonlyArray<number>;
  readonly writes: ReadonlyArray<number>;
  /** The one that it writes now. */
  readonly current: number;
}

const own: ReadonlyArray<number> = [feedFormat];

export class Formats {
  readonly reads: ReadonlyArray<number>;
  readonly writes: ReadonlyArray<number>;
  /** The format the fleet writes now. */
  current: number;

  constructor({ reads = own, writes = own }: Partial<Pick<FormatFacts, "reads" | "writes">> = {}) {
    this.reads = reads;
    this.writes = writes;
    this.current = Math.min(...writes);
  }

  get facts(): FormatFacts {
    return { reads: this.reads, writes: this.writes, current: this.current };
  }

  /** Whether a fleet that writes a format can have this replica. */
  fits(format: number): boolean {
    return this.reads.includes(format) && this.writes.includes(format);
  }

  /** The newest format that this replica and all others read and write; never older than the current one. */
  common(others: ReadonlyArray<FormatFacts>): number {
    const all = this.writes.filter(
      (format) =>
        this.fits(format) && others.every(({ reads, writes }) => reads.includes(format) && writes.includes(format)),
    );
    return Math.max(this.current, ...all);
  }

  /** An entry as it is written. */
  written<A extends Entry>(entry: A): A {
    return this.current === feedFormat ? entry : ({ ...entry, format: this.current } as unknown as A);
  }

  /** The text of an entry in a format that this replica reads, as the feed of this version writes it; any other as it is. */
  read(text: string): string {
    if (this.reads === own) return text;
    const value = JSON.parse(text) as { readonly format?: number };
    return JSON.stringify(this.converted(value));
  }

  /** The same, of a value. */
  converted<A extends { readonly format?: number }>(value: A): A {
    const { format } = value;
    return format === undefined || format === feedFormat || !this.reads.includes(format)
      ? value
      : { ...value, format: feedFormat };
  }
}
