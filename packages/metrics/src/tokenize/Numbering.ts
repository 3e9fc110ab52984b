/**
 * Tokens as small integers, so that comparing them does not mean comparing strings. Equal tokens get equal numbers, from 1 up and small
 * enough to index arrays with; numbers of different numberings do not belong together.
 */
import { KeyTable } from "../rouge/KeyTable.ts";

/** Tokens stay known from numbering to numbering until so many numbers are given: few at first, since a small table is a fast one. */
const mostKept = 1 << 15;
let capacity = 1 << 12;

/**
 * Tokens up to this length are known further; of ASCII, they are three keys of four characters, seven bits each. (The engine may keep
 * the whole text alive for a long piece of it.)
 */
const longestKept = 12;
const fourCharacters = 0xfff_ffff;

/** The top bit of the third key: told apart are tokens whose case counts, and those whose does not. */
const anyCaseBit = 1 << 28;

const kept = new KeyTable(13);
/** Kept tokens that are not all ASCII. */
const others = { anyCase: new Map<string, number>(), exact: new Map<string, number>() };
let next = 1;

export class Numbering {
  readonly #anyCase: boolean;
  readonly #caseBit: number;
  readonly #others: Map<string, number>;
  readonly #long = new Map<string, number>();

  /** @param anyCase whether tokens that differ only in case are equal; default false */
  constructor(anyCase = false) {
    if (next > capacity) {
      capacity = Math.min(2 * capacity, mostKept);
      kept.clear(capacity);
      others.anyCase.clear();
      others.exact.clear();
      next = 1;
    }
    this.#anyCase = anyCase;
    this.#caseBit = anyCase ? anyCaseBit : 0;
    this.#others = anyCase ? others.anyCase : others.exact;
  }

  /** The number of the token between two offsets of a text. */
  at(text: string, start: number, end: number): number {
    if (end - start <= longestKept) {
      let first = 0;
      let second = 0;
      let third = 0;
      let at = start;
      for (; at < end; at++) {
        const unit = text.charCodeAt(at);
        if (unit === 0 || unit > 127) break;
        third = (third << 7) | (second >>> 21);
        second = ((second << 7) | (first >>> 21)) & fourCharacters;
        first = ((first << 7) | unit) & fourCharacters;
      }
      if (at === end) {
        third |= this.#caseBit;
        return (
          kept.find(first, second, third) || kept.intern(first, second, third, this.#learn(text.slice(start, end)))
        );
      }
    }
    const token = text.slice(start, end);
    const known = token.length <= longestKept ? this.#others : this.#long;
    let number = known.get(token);
    if (number === undefined) {
      number = this.#learn(token);
      known.set(token, number);
    }
    return number;
  }

  /** The numbers of a list of tokens, in its order. */
  of(tokens: ReadonlyArray<string>): Int32Array {
    const numbers = new Int32Array(tokens.length);
    for (let at = 0; at < tokens.length; at++) numbers[at] = this.at(tokens[at]!, 0, tokens[at]!.length);
    return numbers;
  }

  #learn(token: string): number {
    const key = this.#anyCase ? token.toLowerCase() : token;
    return key === token ? next++ : this.at(key, 0, key.length);
  }
}
