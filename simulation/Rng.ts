/**
 * Random choices that repeat: the same words give the same choices, in every process and on every machine.
 *
 * Each part of a simulation draws from a stream of its own, so that one more draw here changes no choice there.
 *
 * @source Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (2003): xor128.
 */

const fnvBasis = 0x811c9dc5;
const fnvPrime = 0x01000193;

const hash = (text: string): number => {
  let value = fnvBasis;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), fnvPrime);
  return value >>> 0;
};

export class Rng {
  #x: number;
  #y: number;
  #z: number;
  #w: number;

  constructor(...words: ReadonlyArray<string | number>) {
    const text = words.join("/");
    this.#x = hash(`x${text}`);
    this.#y = hash(`y${text}`);
    this.#z = hash(`z${text}`);
    // One word that is never 0 keeps the generator out of its only fixed point.
    this.#w = hash(`w${text}`) | 1;
    for (let turn = 0; turn < 8; turn++) this.#draw();
  }

  /** A number in [0, 1). */
  next(): number {
    return this.#draw() / 0x1_0000_0000;
  }

  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** True in `share` of all cases. */
  is(share: number): boolean {
    return this.next() < share;
  }

  /** One of some things, of which there is at least one. */
  of<A>(things: ReadonlyArray<A>): A {
    return things[this.whole(0, things.length - 1)]!;
  }

  /** The key of one of some weights. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key {
    const entries = Object.entries(weights) as Array<[Key, number]>;
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return entries.at(-1)![0];
  }

  #draw(): number {
    const t = this.#x ^ (this.#x << 11);
    this.#x = this.#y;
    this.#y = this.#z;
    this.#z = this.#w;
    this.#w = (this.#w ^ (this.#w >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    return this.#w;
  }
}
