/**
 * Edit distance of words near the diagonal, where moving a few words costs no more than the rows it changes.
 *
 * The table has a row per word of the hypothesis (after the first, which stands for none) and a column per word of the reference.
 * Only a beam of columns around the diagonal is walked, as in the reference implementation; the beam is part of the number. The table
 * is kept in both directions: cells hold the distance from the start and the distance to the end, so that the distance after a move
 * is the least sum along the last row it changes.
 *
 * Source: sacrebleu 2.6.0 `lib_ter.BeamEditDistance`.
 */

const beamWidth = 25;
const unreachable = 1 << 29;

/** Same word, substituted word, word only in the hypothesis, word only in the reference; 0 is no way at all. */
export const Step = { none: 0, same: 1, substitute: 2, delete: 3, insert: 4 } as const;

/** Words `start … start + length` of the hypothesis, put before the word at `target`. */
export interface Shift {
  readonly start: number;
  readonly length: number;
  readonly target: number;
}

/** The words from `from` on after a shift; all behind them is unchanged. */
const movedWords = (words: Int32Array, { start, length, target }: Shift): { from: number; moved: Int32Array } => {
  const block = words.subarray(start, start + length);
  const others =
    target < start
      ? words.subarray(target, start)
      : words.subarray(start + length, target > start + length ? target : target + length);
  const moved = new Int32Array(block.length + others.length);
  moved.set(target < start ? block : others, 0);
  moved.set(target < start ? others : block, target < start ? block.length : others.length);
  return { from: Math.min(start, target), moved };
};

export class BeamDistance {
  /** The words of the hypothesis, as shifted so far. */
  readonly words: Int32Array;
  readonly #reference: Int32Array;
  /** Cells kept per row. */
  readonly #width: number;
  /** First column of each row, and the one behind its last. */
  readonly #first: Int32Array;
  readonly #behind: Int32Array;
  readonly #fromStart: Int32Array;
  readonly #toEnd: Int32Array;
  readonly #steps: Uint8Array;
  /** Two rows for trials, and steps that are never read. */
  readonly #trial: Int32Array;
  readonly #unread: Uint8Array;

  constructor(hypothesis: Int32Array, reference: Int32Array) {
    const size = hypothesis.length;
    const ratio = size > 0 ? reference.length / size : 1;
    const beam = beamWidth < ratio / 2 ? Math.ceil(ratio / 2 + beamWidth) : beamWidth;
    this.words = hypothesis.slice();
    this.#reference = reference;
    this.#first = new Int32Array(size + 1);
    this.#behind = new Int32Array(size + 1).fill(reference.length + 1);
    for (let row = 1; row <= size; row++) {
      const diagonal = Math.floor(row * ratio);
      this.#first[row] = Math.max(0, diagonal - beam);
      if (row < size) this.#behind[row] = Math.min(reference.length + 1, diagonal + beam);
    }
    this.#width = Math.min(2 * beam + 2, reference.length + 1);
    this.#fromStart = new Int32Array((size + 1) * this.#width);
    this.#toEnd = new Int32Array((size + 1) * this.#width);
    this.#steps = new Uint8Array((size + 1) * this.#width);
    this.#trial = new Int32Array(2 * this.#width);
    this.#unread = new Uint8Array(this.#width);
    this.#fillFromStart(0);
    this.#fillToEnd(size);
  }

  /** Edits from the hypothesis to the reference. */
  get distance(): number {
    const size = this.words.length;
    if (size === 0) return this.#reference.length;
    return this.#fromStart[size * this.#width + this.#reference.length - this.#first[size]!]!;
  }

  /** The distance after a shift, which is not made. */
  distanceAfter(shift: Shift): number {
    const { from, moved } = movedWords(this.words, shift);
    let above = this.#fromStart;
    let aboveStart = from * this.#width;
    let start = 0;
    let row = from;
    for (const word of moved) {
      row++;
      start = this.#width - start;
      this.#fillRow(row, word, above, aboveStart, this.#trial, start, this.#unread, 0);
      above = this.#trial;
      aboveStart = start;
    }
    const cells = this.#behind[row]! - this.#first[row]!;
    const stored = row * this.#width;
    let least = unreachable;
    for (let at = 0; at < cells; at++) least = Math.min(least, above[aboveStart + at]! + this.#toEnd[stored + at]!);
    return least;
  }

  /** Makes a shift. */
  shift(shift: Shift): void {
    const { from, moved } = movedWords(this.words, shift);
    this.words.set(moved, from);
    this.#fillFromStart(from);
    this.#fillToEnd(from + moved.length - 1);
  }

  /** The steps from the first words to the last, in order. */
  steps(): Array<number> {
    const steps: Array<number> = [];
    let row = this.words.length;
    let column = this.#reference.length;
    while (row > 0 || column > 0) {
      const step = row === 0 ? Step.insert : this.#steps[row * this.#width + column - this.#first[row]!]!;
      steps.push(step);
      if (step !== Step.insert) row--;
      if (step !== Step.delete) column--;
    }
    return steps.reverse();
  }

  /** The distances from the start in all rows behind `row`. */
  #fillFromStart(row: number): void {
    for (let next = row + 1; next <= this.words.length; next++) {
      const start = next * this.#width;
      this.#fillRow(
        next,
        this.words[next - 1]!,
        this.#fromStart,
        start - this.#width,
        this.#fromStart,
        start,
        this.#steps,
        start,
      );
    }
  }

  /** The distances from the start in one row, from those of the row above. On a tie the diagonal wins, then the row above. */
  #fillRow(
    row: number,
    word: number,
    above: Int32Array,
    aboveStart: number,
    cells: Int32Array,
    start: number,
    steps: Uint8Array,
    stepsStart: number,
  ): void {
    const first = this.#first[row]!;
    const behind = this.#behind[row]!;
    // The row above the first has every column, and its cells are their columns' numbers.
    const isFirst = row === 1;
    const firstAbove = isFirst ? 0 : this.#first[row - 1]!;
    const behindAbove = isFirst ? this.#reference.length + 1 : this.#behind[row - 1]!;
    let left = unreachable;
    for (let column = first; column < behind; column++) {
      let best = unreachable;
      let step: number = Step.none;
      const diagonal = column - 1;
      if (diagonal >= firstAbove && diagonal < behindAbove) {
        const isSame = this.#reference[diagonal] === word;
        const cost = (isFirst ? diagonal : above[aboveStart + diagonal - firstAbove]!) + (isSame ? 0 : 1);
        if (cost < best) {
          best = cost;
          step = isSame ? Step.same : Step.substitute;
        }
      }
      if (column >= firstAbove && column < behindAbove) {
        const cost = (isFirst ? column : above[aboveStart + column - firstAbove]!) + 1;
        if (cost < best) {
          best = cost;
          step = Step.delete;
        }
      }
      if (left + 1 < best) {
        best = left + 1;
        step = Step.insert;
      }
      cells[start + column - first] = best;
      steps[stepsStart + column - first] = step;
      left = best;
    }
  }

  /** The distances to the end in `row` and all rows before it. */
  #fillToEnd(row: number): void {
    const size = this.words.length;
    for (let next = row; next > 0; next--) {
      const first = this.#first[next]!;
      const start = next * this.#width - first;
      const firstBelow = next < size ? this.#first[next + 1]! : 0;
      const behindBelow = next < size ? this.#behind[next + 1]! : 0;
      const below = start + first + this.#width - firstBelow;
      const word = next < size ? this.words[next]! : 0;
      let right = next === size ? -1 : unreachable;
      for (let column = this.#behind[next]! - 1; column >= first; column--) {
        let best = right + 1;
        if (column + 1 >= firstBelow && column + 1 < behindBelow) {
          best = Math.min(best, this.#toEnd[below + column + 1]! + (this.#reference[column] === word ? 0 : 1));
        }
        if (column >= firstBelow && column < behindBelow) best = Math.min(best, this.#toEnd[below + column]! + 1);
        this.#toEnd[start + column] = best;
        right = best;
      }
    }
  }
}
