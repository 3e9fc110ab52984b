/** Numbers that come one by one, however many: they are not copied while they do. */
import { giveBack } from "./giveBack.ts";

/** Numbers of a piece: pieces are never copied while they fill, and their memory is taken once. */
const pieceLength = 1 << 14;

/** Numbers that come one by one. */
export class Growing<A extends Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>> {
  /** Full ones. */
  #pieces: Array<A> = [];
  #last: A;
  #filled = 0;
  #before = 0;
  /** The array that `values` gave: it is a caller's, too. */
  #given: A | undefined;
  readonly #make: (length: number) => A;

  constructor(make: (length: number) => A) {
    this.#make = make;
    this.#last = make(0);
  }

  push(value: number): void {
    if (this.#filled === this.#last.length) this.#extend();
    this.#last[this.#filled++] = value;
  }

  /** Begins with these, which stay the caller's, too. */
  begin(values: A): void {
    this.#pieces = [];
    this.#before = 0;
    this.#last = values;
    this.#filled = values.length;
    this.#given = values;
  }

  #extend(): void {
    if (this.#filled > 0) this.#pieces.push(this.#last);
    this.#before += this.#filled;
    this.#filled = 0;
    this.#last = this.#make(pieceLength);
  }

  get count(): number {
    return this.#before + this.#filled;
  }

  /** Those so far, in one array that stays the same until there are more. */
  get values(): A {
    const { count } = this;
    if (this.#pieces.length > 0 || this.#last.length !== count) {
      const whole = this.#make(count);
      let at = 0;
      for (const piece of [...this.#pieces, this.#last.subarray(0, this.#filled)]) {
        whole.set(piece, at);
        at += piece.length;
        if (piece.buffer !== this.#given?.buffer) giveBack(piece);
      }
      this.#pieces = [];
      this.#last = whole;
      this.#filled = count;
      this.#before = 0;
    }
    this.#given = this.#last;
    return this.#last;
  }
}
