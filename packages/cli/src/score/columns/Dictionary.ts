/** Numbers by codes of two bytes. Scores come again and again: texts of some hundred words have some thousand values of ROUGE. */

/** Codes are from 1 to this. */
export const mostCodes = (1 << 16) - 1;

const bits = new Float64Array(1);
const halves = new Uint32Array(bits.buffer);

const hashOf = (value: number): number => {
  bits[0] = value;
  const mixed = Math.imul(halves[0]! ^ Math.imul(halves[1]!, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
};

export class Dictionary {
  /** By code; there is no code 0. */
  #values = new Float64Array(1 << 8);
  /** Codes by hash, 0 where there is none. A power of two, at most half full. */
  #table = new Uint16Array(1 << 9);
  #last = 0;

  /** The number's code, a new one where it has none; 0 where all are given away. -0 has another than 0. */
  codeOf(value: number): number {
    const slot = this.#slot(value);
    const known = this.#table[slot]!;
    if (known !== 0) return known;
    if (this.#last === mostCodes) return 0;
    if (++this.#last === this.#values.length) this.#widen();
    this.#values[this.#last] = value;
    this.#table[slot] = this.#last;
    if (2 * this.#last > this.#table.length) this.#grow();
    return this.#last;
  }

  /** By code, NaN for 0. */
  get numbers(): Float64Array<ArrayBuffer> {
    this.#values[0] = Number.NaN;
    return this.#values.subarray(0, this.#last + 1);
  }

  /** The numbers behind codes, NaN for 0. */
  valuesOf(codes: Uint16Array): Float64Array<ArrayBuffer> {
    const values = new Float64Array(codes.length);
    const { numbers } = this;
    for (let at = 0; at < codes.length; at++) values[at] = numbers[codes[at]!]!;
    return values;
  }

  #slot(value: number): number {
    const table = this.#table;
    const values = this.#values;
    const mask = table.length - 1;
    for (let slot = hashOf(value) & mask; ; slot = (slot + 1) & mask) {
      const code = table[slot]!;
      if (code === 0 || Object.is(values[code], value)) return slot;
    }
  }

  #widen(): void {
    const wider = new Float64Array(2 * this.#values.length);
    wider.set(this.#values);
    this.#values = wider;
  }

  #grow(): void {
    this.#table = new Uint16Array(2 * this.#table.length);
    for (let code = 1; code <= this.#last; code++) this.#table[this.#slot(this.#values[code]!)] = code;
  }
}
