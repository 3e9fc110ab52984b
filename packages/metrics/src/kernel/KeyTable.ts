/**
 * A map from three integers to a positive integer, in one flat array: what a `Map` would need a string for. Keys are never removed.
 *
 * Linear for every input: a key is looked for in `reach` neighbouring slots only, and what finds no place there goes to a `Map`,
 * whose hash no input can foresee. (Slots never empty again, so a key that is not within reach is in the map or nowhere.)
 */
const reach = 16;

/** Slots of key, key, key, value; value 0 is an empty slot. */
const width = 4;

export class KeyTable {
  readonly #slots: Int32Array;
  /** The hash is shifted right by this: the table has 2 ** (32 - shift) slots. */
  readonly #shift: number;
  readonly #overflow = new Map<string, number>();

  /** @param bits the table has 2 ** bits slots, and more in the overflow */
  constructor(bits: number) {
    this.#slots = new Int32Array(width << bits);
    this.#shift = 32 - bits;
  }

  /** The value of a key; `fresh`, which becomes its value unless it is 0, when there was none: with 0 it only looks. */
  intern(a: number, b: number, c: number, fresh: number): number {
    const slots = this.#slots;
    const last = -1 >>> this.#shift;
    let slot = Math.imul(a ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(c, 0x85ebca6b), 0xc2b2ae35) >>> this.#shift;
    for (let step = 0; step < reach; step++) {
      const at = slot * width;
      const value = slots[at + 3]!;
      if (value === 0) {
        slots[at] = a;
        slots[at + 1] = b;
        slots[at + 2] = c;
        slots[at + 3] = fresh;
        return fresh;
      }
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c) return value;
      slot = (slot + 1) & last;
    }
    const key = `${a},${b},${c}`;
    const value = this.#overflow.get(key) ?? fresh;
    if (value > 0) this.#overflow.set(key, value);
    return value;
  }
}
