/**
 * numpy's `default_rng(seed)`: PCG64 seeded through SeedSequence, with the draws that sacrebleu's tests take from it.
 *
 * Source: M. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms", 2014 (XSL RR 128/64); numpy
 * `SeedSequence`; D. Lemire, "Fast Random Integer Generation in an Interval", 2019.
 */
const mask32 = 0xffff_ffffn;
const mask64 = (1n << 64n) - 1n;
const mask128 = (1n << 128n) - 1n;
const multiplier = 0x2360ed051fc65da44385df649fccf645n;

/** Four 64-bit words from one small seed, as SeedSequence spreads it over a pool of four words. */
const spread = (seed: number): Array<bigint> => {
  let hash = 0x43b0d7e5;
  const hashed = (value: number): number => {
    let mixed = value ^ hash;
    hash = Math.imul(hash, 0x931e8875);
    mixed = Math.imul(mixed, hash);
    return mixed ^ (mixed >>> 16);
  };
  const mix = (x: number, y: number): number => {
    const result = Math.imul(x, 0xca01f9dd) - Math.imul(y, 0x4973f715);
    return (result ^ (result >>> 16)) | 0;
  };
  const pool = [seed, 0, 0, 0].map((word) => hashed(word));
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mix(pool[to]!, hashed(pool[from]!));
  }
  let out = 0x8b51f9dd;
  const words = Array.from({ length: 8 }, (_, at) => {
    let value = pool[at % 4]! ^ out;
    out = Math.imul(out, 0x58f38ded);
    value = Math.imul(value, out);
    return BigInt((value ^ (value >>> 16)) >>> 0);
  });
  return [0, 2, 4, 6].map((at) => words[at]! | (words[at + 1]! << 32n));
};

export class Pcg64 {
  #state: bigint;
  readonly #increment: bigint;
  /** The upper half of the last 64 bits, until it is requested; below 0 there is none. */
  #half = -1;
  /** Bits that are left of 32, and how many. */
  #bits = 0;
  #bitsLeft = 0;

  /** @param seed an integer from 0 to 2 ** 32 - 1 @throws RangeError for any other number */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
      throw new RangeError(`seed must be an integer from 0 to 4294967295, not ${seed}`);
    }
    const [a, b, c, d] = spread(seed) as [bigint, bigint, bigint, bigint];
    this.#increment = ((((c << 64n) | d) << 1n) & mask128) | 1n;
    this.#state = (this.#increment + ((a << 64n) | b)) & mask128;
    this.#step();
  }

  #step(): void {
    this.#state = (this.#state * multiplier + this.#increment) & mask128;
  }

  /** 32 random bits, as an integer from 0 to 2 ** 32 - 1: of each 64 the lower half first. */
  next(): number {
    if (this.#half >= 0) {
      const half = this.#half;
      this.#half = -1;
      return half;
    }
    this.#step();
    const turn = this.#state >> 122n;
    const folded = ((this.#state >> 64n) ^ this.#state) & mask64;
    const bits = ((folded >> turn) | (folded << ((64n - turn) & 63n))) & mask64;
    this.#half = Number(bits >> 32n);
    return Number(bits & mask32);
  }

  /** An integer from 0 to `count` - 1, by Lemire's multiplication; for one there is nothing to draw. */
  below(count: number): number {
    if (count === 1) return 0;
    const least = (2 ** 32 - count) % count;
    for (;;) {
      const draw = this.next();
      // The product of the draw and the count, in two words of 32 bits: exact for every count.
      const low = (draw & 0xffff) * count;
      const high = (draw >>> 16) * count + Math.floor(low / 0x1_0000);
      const rest = (high % 0x1_0000) * 0x1_0000 + (low % 0x1_0000);
      if (rest >= least) return Math.floor(high / 0x1_0000);
    }
  }

  /** One random bit: of each 32 the lowest first. */
  bit(): 0 | 1 {
    if (this.#bitsLeft === 0) {
      this.#bits = this.next();
      this.#bitsLeft = 32;
    } else {
      this.#bits >>>= 1;
    }
    this.#bitsLeft--;
    return (this.#bits & 1) as 0 | 1;
  }
}
