/**
 * Tokens as small integers, so that comparing them does not mean comparing strings. Equal tokens get equal numbers, from 1 up and small
 * enough to index arrays with; numbers of different interners do not belong together.
 */

/** Tokens stay known from interner to interner until so many numbers are given. */
const capacity = 1 << 16;

/** Longer tokens are forgotten with the interner: the engine may keep the whole text alive for a long piece of it. */
const longestKept = 12;

const exact = new Map<string, number>();
const anyCase = new Map<string, number>();
let next = 1;

export class Interner {
  readonly #ignoresCase: boolean;
  readonly #kept: Map<string, number>;
  readonly #long = new Map<string, number>();

  /** @param ignoresCase whether tokens that differ only in case are equal; default false */
  constructor(ignoresCase = false) {
    if (next > capacity) {
      exact.clear();
      anyCase.clear();
      next = 1;
    }
    this.#ignoresCase = ignoresCase;
    this.#kept = ignoresCase ? anyCase : exact;
  }

  /** The number of a token. */
  of(token: string): number {
    const numbers = token.length <= longestKept ? this.#kept : this.#long;
    let number = numbers.get(token);
    if (number === undefined) {
      const key = this.#ignoresCase ? token.toLowerCase() : token;
      number = key === token ? next++ : this.of(key);
      numbers.set(token, number);
    }
    return number;
  }
}
