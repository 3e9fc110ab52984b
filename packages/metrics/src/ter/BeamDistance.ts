/**
 * Edit distance of words near the diagonal, kept so that moving a few words costs no more than the rows it changes.
 *
 * The table has a row per word of the hypothesis (after the first, which stands for none) and a column per word of the reference.
 * Only a beam of columns around the diagonal is computed, as the reference does; the beam is part of the number. A row is stored as
 * cells and one offset for all of them: behind a change, as soon as a row differs from the stored one by the same amount in every
 * cell, so do all rows after it.
 *
 * Source: sacrebleu 2.6.0 `lib_ter.BeamEditDistance`.
 */

const beamWidth = 25;
const unreachable = 1 << 29;

/** Same word, substituted word, word only in the hypothesis, word only in the reference; 0 is no way at all. */
export const Step = { none: 0, same: 1, substitute: 2, delete: 3, insert: 4 } as const;

/** Words `start … start + length` of the hypothesis put before the word at `target`. */
export interface Shift {
  readonly start: number;
  readonly length: number;
  readonly target: number;
}

/** What a shift makes of the words from `from` on; behind them all is as before. */
const movedWords = (words: Int32Array, { start, length, target }: Shift): { from: number; words: Int32Array } => {
  const block = words.subarray(start, start + length);
  const others =
    target < start
      ? words.subarray(target, start)
      : words.subarray(start + length, target > start + length ? target : target + length);
  const moved = new Int32Array(block.length + others.length);
  moved.set(target < start ? block : others, 0);
  moved.set(target < start ? others : block, target < start ? block.length : others.length);
  return { from: Math.min(start, target), words: moved };
};

/** Where a trial of a shift ended: the last row it computed, and by how much all rows from there differ from the stored ones. */
interface Trial {
  readonly row: number;
  readonly difference: number;
}

export class BeamDistance {
  readonly #words: Int32Array;
  readonly #reference: Int32Array;
  readonly #width: number;
  /** First column of a row, and the one behind its last. */
  readonly #first: Int32Array;
  readonly #behind: Int32Array;
  readonly #cells: Int32Array;
  readonly #offsets: Int32Array;
  readonly #steps: Uint8Array;
  readonly #above: Int32Array;
  readonly #below: Int32Array;
  readonly #unused: Uint8Array;

  constructor(hypothesis: Int32Array, reference: Int32Array) {
    const size = hypothesis.length;
    const ratio = size > 0 ? reference.length / size : 1;
    const beam = beamWidth < ratio / 2 ? Math.ceil(ratio / 2 + beamWidth) : beamWidth;
    this.#words = hypothesis.slice();
    this.#reference = reference;
    this.#width = Math.min(2 * beam + 2, reference.length + 1);
    this.#first = new Int32Array(size + 1);
    this.#behind = new Int32Array(size + 1).fill(reference.length + 1);
    for (let row = 1; row <= size; row++) {
      const diagonal = Math.floor(row * ratio);
      this.#first[row] = Math.max(0, diagonal - beam);
      if (row < size) this.#behind[row] = Math.min(reference.length + 1, diagonal + beam);
    }
    this.#cells = new Int32Array((size + 1) * this.#width);
    this.#steps = new Uint8Array((size + 1) * this.#width);
    this.#offsets = new Int32Array(size + 1);
    this.#above = new Int32Array(this.#width);
    this.#below = new Int32Array(this.#width);
    this.#unused = new Uint8Array(this.#width);
    this.#store(0, this.#words, size);
  }

  /** The words of the hypothesis as shifted so far. */
  get words(): Int32Array {
    return this.#words;
  }

  /** Edits from the hypothesis to the reference. */
  get distance(): number {
    const size = this.#words.length;
    if (size === 0) return this.#reference.length;
    return this.#cells[size * this.#width + this.#reference.length - this.#first[size]!]! + this.#offsets[size]!;
  }

  /** The distance after a shift, which is not kept. */
  distanceAfter(shift: Shift): number {
    return this.distance + this.#try(shift).difference;
  }

  /** Keeps a shift. */
  shift(shift: Shift): void {
    const { row, difference } = this.#try(shift);
    const { from, words } = movedWords(this.#words, shift);
    this.#words.set(words, from);
    // Rows up to the trial's last are computed anew: cells of the first of them rest on the row before as it is stored.
    this.#store(from, this.#words.subarray(from, row), row - from);
    for (let later = row + 1; later <= this.#words.length; later++) this.#offsets[later]! += difference;
  }

  /** The steps from the first words to the last, in order. */
  steps(): Array<number> {
    const steps: Array<number> = [];
    let row = this.#words.length;
    let column = this.#reference.length;
    while (row > 0 || column > 0) {
      const step = row === 0 ? Step.insert : this.#steps[row * this.#width + column - this.#first[row]!]!;
      steps.push(step);
      if (step !== Step.insert) row--;
      if (step !== Step.delete) column--;
    }
    return steps.reverse();
  }

  /** Computes the rows behind row `from` for these words into the table. */
  #store(from: number, words: Int32Array, count: number): void {
    for (let at = 0; at < count; at++) {
      const row = from + at + 1;
      const above = row - 1;
      this.#offsets[row] = 0;
      this.#compute(
        row,
        words[at]!,
        this.#cells.subarray(above * this.#width, row * this.#width),
        this.#offsets[above]!,
        this.#cells.subarray(row * this.#width, (row + 1) * this.#width),
        this.#steps.subarray(row * this.#width, (row + 1) * this.#width),
      );
    }
  }

  #try(shift: Shift): Trial {
    const size = this.#words.length;
    const { from, words } = movedWords(this.#words, shift);
    const end = from + words.length;
    let above = this.#cells.subarray(from * this.#width, (from + 1) * this.#width);
    let offset = this.#offsets[from]!;
    let [next, spare] = [this.#above, this.#below];
    for (let row = from + 1; row <= size; row++) {
      const word = row <= end ? words[row - 1 - from]! : this.#words[row - 1]!;
      this.#compute(row, word, above, offset, next, this.#unused);
      const difference = row >= end ? this.#differenceAt(row, next) : undefined;
      if (difference !== undefined) return { row, difference };
      above = next;
      offset = 0;
      [next, spare] = [spare, next];
    }
    const column = this.#reference.length - this.#first[size]!;
    return { row: size, difference: above[column]! + offset - this.distance };
  }

  /** By how much these cells differ from the stored row; undefined when not all by the same. */
  #differenceAt(row: number, cells: Int32Array): number | undefined {
    const stored = row * this.#width;
    const count = this.#behind[row]! - this.#first[row]!;
    const difference = cells[0]! - this.#cells[stored]!;
    for (let at = 1; at < count; at++) if (cells[at]! - this.#cells[stored + at]! !== difference) return undefined;
    return difference - this.#offsets[row]!;
  }

  /** One row from the row above, whose cells are `offset` more than they say. On a tie the diagonal wins, then the row above. */
  #compute(row: number, word: number, above: Int32Array, offset: number, cells: Int32Array, steps: Uint8Array): void {
    const first = this.#first[row]!;
    const behind = this.#behind[row]!;
    const firstAbove = row === 1 ? 0 : this.#first[row - 1]!;
    const behindAbove = row === 1 ? this.#reference.length + 1 : this.#behind[row - 1]!;
    let left = unreachable;
    for (let column = first; column < behind; column++) {
      let best = unreachable;
      let step: number = Step.none;
      const diagonal = column - 1;
      if (diagonal >= firstAbove && diagonal < behindAbove) {
        const isSame = this.#reference[diagonal] === word;
        const cost = (row === 1 ? diagonal : above[diagonal - firstAbove]! + offset) + (isSame ? 0 : 1);
        if (cost < best) {
          best = cost;
          step = isSame ? Step.same : Step.substitute;
        }
      }
      if (column >= firstAbove && column < behindAbove) {
        const cost = (row === 1 ? column : above[column - firstAbove]! + offset) + 1;
        if (cost < best) {
          best = cost;
          step = Step.delete;
        }
      }
      if (left + 1 < best) {
        best = left + 1;
        step = Step.insert;
      }
      cells[column - first] = best;
      steps[column - first] = step;
      left = best;
    }
  }
}
