/** How messages name a line, or a record of a file without lines. */
export type Where = (line: number) => string;

/** Records that stand in one file, each in the line after the last one's. */
interface Stretch {
  /** Place of the first. */
  readonly from: number;
  readonly line: number;
  readonly where: Where;
}

/** Where records stand, by their places in the order they came: most files are one stretch. */
export class Whereabouts {
  #count: number;
  readonly #stretches: Array<Stretch> = [];

  /** @param before records that came before, of which it is not known */
  constructor(before: number) {
    this.#count = before;
  }

  push(line: number, where: Where): void {
    const last = this.#stretches.at(-1);
    if (last?.where !== where || line - last.line !== this.#count - last.from) {
      this.#stretches.push({ from: this.#count, line, where });
    }
    this.#count++;
  }

  /** Of the record at a place; `undefined` where it is not known. */
  at(place: number): string | undefined {
    const stretch = this.#stretches.findLast(({ from }) => from <= place);
    return stretch?.where(stretch.line + place - stretch.from);
  }
}
