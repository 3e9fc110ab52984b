/**
 * Lists of wanted evaluations, named by their content: one that has not changed is repeated by its name, so that a replica's requests do not grow with
 * the evaluations that it follows.
 */
import { createHash } from "node:crypto";
import type { Version } from "../engine/Names.ts";

export type Want = readonly [evaluationId: string, version: Version];

export interface WantList {
  readonly digest: string;
  readonly count: number;
}

/** @param keys of the wanted evaluations, in any order */
export const wantListOf = (keys: Iterable<string>): WantList => {
  const sorted = [...keys].sort();
  return { digest: createHash("sha256").update(sorted.join()).digest("hex").slice(0, 24), count: sorted.length };
};

interface Known {
  readonly wants: Map<string, Want>;
  until: number;
}

/** The lists that a publisher has received lately. */
export class WantLists {
  readonly #known = new Map<string, Known>();

  /**
   * @param some of the list, where it is sent; it may come in several parts
   * @returns the whole list, or the part that was sent; `undefined` where none was sent and the list is not known whole
   */
  take(
    { digest, count }: WantList,
    some: ReadonlyArray<Want> | undefined,
    until: number,
  ): ReadonlyArray<Want> | undefined {
    const known = this.#known.get(digest) ?? { wants: new Map<string, Want>(), until };
    if (some !== undefined) {
      for (const want of some) known.wants.set(want.join(), want);
      this.#known.set(digest, known);
      known.until = until;
      return some;
    }
    if (known.wants.size !== count) return undefined;
    known.until = until;
    return [...known.wants.values()];
  }

  /** Forgets lists that were not repeated in time. */
  forget(now: number): void {
    for (const [digest, { until }] of this.#known) if (now >= until) this.#known.delete(digest);
  }
}
