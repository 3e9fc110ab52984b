/**
 * How many documents a list has, and where in it every thousandth stands: worked out once, then kept up to date by what is
 * inserted, so that a page far into a long list costs what the first one does.
 *
 * An entry is right for as long as nothing was archived, removed, rolled back or written by another process; the store forgets
 * it then, and computes it again.
 */

/** Which list: of a kind, of one parent or all, of one account or all, with archived documents or without. */
export interface ListKey {
  readonly kind: string;
  readonly parentId: string | undefined;
  readonly accountId: string | undefined;
  readonly includeArchived: boolean;
}

export interface Entry {
  count: number;
  /** The `seq` of the documents at 0, 1000, 2000 …; `undefined` until a page needs them. */
  anchors: Array<number> | undefined;
}

interface Inserted {
  readonly seq: number;
  readonly accountId: string;
  readonly parentId: string | null;
  readonly archivedAt: string | null;
}

export const stride = 1000;
const mostEntries = 1000;

/** Lengths stand before the ids: an id may hold any text. */
const nameOf = (parentId: string | undefined, accountId: string | undefined, includeArchived: boolean): string =>
  `${includeArchived ? "+" : "-"}${parentId === undefined ? "" : `${parentId.length}`}:${parentId ?? ""}${accountId === undefined ? "" : `a${accountId}`}`;

export class ListIndex {
  readonly #byKind = new Map<string, Map<string, Entry>>();
  #size = 0;

  /** The list's entry, counted with `count` when it is not known. */
  entry(key: ListKey, count: () => number): Entry {
    const name = nameOf(key.parentId, key.accountId, key.includeArchived);
    const known = this.#byKind.get(key.kind)?.get(name);
    if (known !== undefined) return known;
    if (this.#size >= mostEntries) this.clear();
    const entry: Entry = { count: count(), anchors: undefined };
    const entries = this.#byKind.get(key.kind) ?? new Map<string, Entry>();
    this.#byKind.set(key.kind, entries.set(name, entry));
    this.#size++;
    return entry;
  }

  /** A document was added behind all others of its kind. */
  inserted(kind: string, { seq, accountId, parentId, archivedAt }: Inserted): void {
    const entries = this.#byKind.get(kind);
    if (entries === undefined) return;
    for (const parent of parentId === null ? [undefined] : [undefined, parentId]) {
      for (const account of [undefined, accountId]) {
        for (const archived of archivedAt === null ? [false, true] : [true]) {
          const entry = entries.get(nameOf(parent, account, archived));
          if (entry === undefined) continue;
          if (entry.count % stride === 0) entry.anchors?.push(seq);
          entry.count++;
        }
      }
    }
  }

  /** Lists of this kind changed otherwise than at their end. */
  forget(kind: string): void {
    this.#size -= this.#byKind.get(kind)?.size ?? 0;
    this.#byKind.delete(kind);
  }

  clear(): void {
    this.#byKind.clear();
    this.#size = 0;
  }
}
