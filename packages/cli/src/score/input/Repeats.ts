/**
 * Ids that several records have, found once all records are there. Of each id only a mark of 64 bits is kept, made where the record is
 * scored: to send the ids themselves, and to look each of them up, would take a tenth of the time that scoring takes.
 */

/** Numbers of a mark: the two halves of 64 bits, and the line of its record. */
const width = 3;

/** More records are not looked at: their marks would take more memory than their scores. */
const most = 1 << 24;

const mixed = (half: number): number => {
  const once = Math.imul(half ^ (half >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
};

/** Two ids have the same mark about once in 2 ** 64 pairs. @param push called with the halves of it, then with the line */
export const mark = (id: string, group: string, line: number, push: (part: number) => void): void => {
  let [one, other] = [0x811c9dc5, 0x9e3779b9];
  const text = group === "" ? id : `${id}\u0000${group}`;
  for (let at = 0; at < text.length; at++) {
    one = Math.imul(one ^ text.charCodeAt(at), 0x01000193);
    other = Math.imul(other ^ (text.charCodeAt(at) + (one >>> 16)), 0x5bd1e995);
  }
  push(mixed(one));
  push(mixed(other));
  push(line);
};

interface Marked<File> {
  readonly marks: Uint32Array<ArrayBuffer>;
  readonly file: File;
  /** Lines before those of the block. */
  readonly base: number;
}

export interface Spot<File> {
  readonly file: File;
  readonly line: number;
}

export interface Found<File> {
  /** Records with an id that an earlier one has. */
  readonly count: number;
  /** The first two of one id. */
  readonly first: Spot<File>;
  readonly second: Spot<File>;
}

export class Repeats<File> {
  readonly #blocks: Array<Marked<File>> = [];
  #count = 0;

  push(marks: Uint32Array<ArrayBuffer>, file: File, base: number): void {
    if (marks.length === 0 || this.#count >= most) return;
    this.#blocks.push({ marks, file, base });
    this.#count += marks.length / width;
  }

  /** `undefined` where each id occurs once. */
  found(): Found<File> | undefined {
    const sorted = this.#sorted();
    const halves = new Uint32Array(sorted.buffer);
    let count = 0;
    for (let at = 2; at < halves.length; at += 2) {
      if (halves[at] === halves[at - 2] && halves[at + 1] === halves[at - 1]) count++;
    }
    if (count === 0) return undefined;
    const [first, second] = this.#firstTwo(sorted);
    return { count, first, second };
  }

  #sorted(): BigUint64Array<ArrayBuffer> {
    const all = new Uint32Array(2 * this.#count);
    let to = 0;
    for (const { marks } of this.#blocks) {
      for (let at = 0; at < marks.length; at += width) {
        all[to++] = marks[at]!;
        all[to++] = marks[at + 1]!;
      }
    }
    return new BigUint64Array(all.buffer).sort();
  }

  #firstTwo(sorted: BigUint64Array): readonly [Spot<File>, Spot<File>] {
    let first: { readonly mark: bigint; readonly spot: Spot<File> } | undefined;
    const pair = new Uint32Array(2);
    const whole = new BigUint64Array(pair.buffer);
    for (const { marks, file, base } of this.#blocks) {
      for (let at = 0; at < marks.length; at += width) {
        pair.set(marks.subarray(at, at + 2));
        const [mark] = whole as unknown as [bigint];
        const spot = { file, line: base + marks[at + 2]! };
        if (first === undefined) {
          if (sorted[lowest(sorted, mark) + 1] === mark) first = { mark, spot };
        } else if (mark === first.mark) return [first.spot, spot];
      }
    }
    throw new Error("no mark is there twice");
  }
}

/** Where a number that is there stands first. */
const lowest = (sorted: BigUint64Array, value: bigint): number => {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle]! < value) from = middle + 1;
    else to = middle;
  }
  return from;
};
