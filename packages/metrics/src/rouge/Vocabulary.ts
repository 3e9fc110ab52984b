/**
 * Words as small integers. Reading a text gives the ids of its rouge_score tokens (see `rougeTokens`); with the stemmer, words of one
 * stem share an id, and a word is stemmed when it is first seen (one of more than fifteen letters each time).
 *
 * Ids hold for the texts read since the last `trim`. The table forgets everything once it holds too many words, so that it stays
 * small however many texts go through.
 */

import { detachString } from "../detachString.ts";
import { KeyTable } from "../kernel/KeyTable.ts";
import { stemOf } from "../stem/porter.ts";
import type { Tokens } from "./Tokens.ts";

/** Letters and digits as 1 to 36, anything else 0. */
const symbols = new Uint8Array(128);
[..."0123456789abcdefghijklmnopqrstuvwxyz"].forEach((letter, index) => {
  symbols[letter.charCodeAt(0)] = index + 1;
});

const newline = 10;

/** Words up to this length are three keys of five symbols, six bits each. */
const longest = 15;
const fiveSymbols = 0x3fff_ffff;

/** As many ids are kept from call to call. */
const capacity = 1 << 17;

export class Vocabulary {
  /** Every id is below this. */
  size = 1;
  readonly #stems: boolean;
  #words = new KeyTable(16);
  /** By stem where words are stemmed. */
  readonly #ids = new Map<string, number>();

  /** @param stems whether words of one Porter stem are the same */
  constructor(stems: boolean) {
    this.#stems = stems;
  }

  /** Forgets all words when they have become too many. Ids given before mean nothing afterwards. */
  trim(): void {
    if (this.size < capacity) return;
    this.size = 1;
    this.#words = new KeyTable(16);
    this.#ids.clear();
  }

  /** Reads a text with its lines. */
  read(text: string, into: Tokens): Tokens {
    this.#append(text, into.clear(text.length), true);
    into.breakLine();
    return into;
  }

  /** Reads sentences as lines; a new line inside a sentence is white space. */
  readLines(lines: ReadonlyArray<string>, into: Tokens): Tokens {
    into.clear(lines.join(" ").length);
    for (const line of lines) {
      this.#append(line, into, false);
      into.breakLine();
    }
    return into;
  }

  #append(text: string, into: Tokens, breaks: boolean): void {
    const lower = text.toLowerCase();
    const end = lower.length;
    const ids = into.ids;
    let at = 0;
    while (at < end) {
      let code = lower.charCodeAt(at++);
      let symbol = code < 128 ? symbols[code]! : 0;
      if (symbol === 0) {
        if (breaks && code === newline) into.breakLine();
        continue;
      }
      const start = at - 1;
      let first = 0;
      let second = 0;
      let third = 0;
      do {
        third = (third << 6) | (second >>> 24);
        second = ((second << 6) | (first >>> 24)) & fiveSymbols;
        first = ((first << 6) | symbol) & fiveSymbols;
        code = at < end ? lower.charCodeAt(at) : newline;
        at++;
        symbol = code < 128 ? symbols[code]! : 0;
      } while (symbol !== 0);
      at--;
      ids[into.length++] =
        at - start <= longest
          ? this.#words.intern(first, second, third, 0) ||
            this.#words.intern(first, second, third, this.#idOf(lower.slice(start, at)))
          : this.#idOf(lower.slice(start, at));
    }
  }

  /** The id of a word that the table has not: that of its stem where words are stemmed, which another word may share. */
  #idOf(word: string): number {
    const name = this.#stems && word.length > 3 ? stemOf(word) : word;
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.size++;
      this.#ids.set(detachString(name), id);
    }
    return id;
  }
}
