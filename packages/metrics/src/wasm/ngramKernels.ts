/** Counting n-grams in WebAssembly: the same counts as in JavaScript. */
import { detachString } from "../detachString.ts";
import { javaScript, type NgramCounter, type Shared } from "../kernel/NgramCounter.ts";
import { sharedWithEach } from "../kernel/Ngrams.ts";
import type { Tokenizer } from "../tokenize/Tokenizer.ts";
import { isWhitespace } from "../tokenize/whitespace.ts";
import type { Kernels } from "./Kernels.ts";

/** As many tokens, stretches and words of pooled tokens are kept from call to call. */
const capacity = 1 << 17;

/** The longest stretch that the table keeps, in bytes. */
const longestKept = 16;

/** The slots of the first text and of the one it is compared with, and that of a text's stretches. */
const first = 0;
const second = 2;
const stretchSlot = 4;

/** The parts of the encoding interface that are used; this package is not compiled with the DOM's types. */
const { TextDecoder } = globalThis as unknown as {
  readonly TextDecoder: new (
    label: string,
    options: { readonly ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
};
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Whether a text has a form in UTF-8: no surrogate of it stands alone. */
const isWellFormed = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    if (unit > 0xdbff || (text.charCodeAt(at + 1) & 0xfc00) !== 0xdc00) return false;
    at++;
  }
  return true;
};

/** Whether a text has white space beyond ASCII. */
const hasWideSpace = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0x7f && isWhitespace(text.charCodeAt(at))) return true;
  }
  return false;
};

/** What stands between white space, and the tokens a tokenizer makes of each. */
class Stretches {
  readonly table: number;
  /** Every token id is below this. */
  size = 1;
  readonly #kernels: Kernels;
  readonly #tokenizer: Tokenizer;
  readonly #tokens = new Map<string, number>();
  /** Of stretches that find no place in the table. */
  readonly #others = new Map<string, number>();

  constructor(kernels: Kernels, tokenizer: Tokenizer) {
    this.#kernels = kernels;
    this.#tokenizer = tokenizer;
    this.table = kernels.exports.newTable(10);
  }

  clear(): void {
    this.size = 1;
    this.#tokens.clear();
    this.#others.clear();
    this.#kernels.exports.clearTable(this.table);
  }

  isFull(): boolean {
    return this.size >= capacity || this.#others.size >= capacity;
  }

  /** @param pooled puts several tokens into the pool, and gives their place */
  idOf(start: number, length: number, pooled: (tokens: ReadonlyArray<number>) => number): number {
    const stretch = decoder.decode(this.#kernels.bytes().subarray(start, start + length));
    const known = this.#others.get(stretch);
    if (known !== undefined) return known;
    const tokens = this.#tokenizer.tokenize(stretch).map((token) => this.#tokenOf(token));
    const id = tokens.length === 1 ? tokens[0]! * 2 : pooled(tokens) * 2 + 1;
    if (length > longestKept) this.#others.set(stretch, id);
    return id;
  }

  #tokenOf(token: string): number {
    let id = this.#tokens.get(token);
    if (id === undefined) {
      id = this.size++;
      this.#tokens.set(detachString(token), id);
    }
    return id;
  }
}

export const ngramKernels = (kernels: Kernels): NgramCounter => {
  const { exports } = kernels;
  const byTokenizer = new Map<Tokenizer, Stretches>();
  let pool = 0;

  /** Puts the tokens of a stretch into the pool, their number first, and gives their place. */
  const pooled = (tokens: ReadonlyArray<number>): number => {
    const at = pool;
    pool += tokens.length + 1;
    const base = exports.poolRoom(pool) >> 2;
    const memory = kernels.words();
    memory[base + at] = tokens.length;
    tokens.forEach((token, index) => {
      memory[base + at + index + 1] = token;
    });
    return at;
  };

  const stretchesOf = (tokenizer: Tokenizer): Stretches => {
    let stretches = byTokenizer.get(tokenizer);
    if (stretches === undefined) {
      stretches = new Stretches(kernels, tokenizer);
      byTokenizer.set(tokenizer, stretches);
    }
    if (stretches.isFull() || pool >= capacity * 4) {
      for (const each of byTokenizer.values()) each.clear();
      pool = 0;
    }
    return stretches;
  };

  /** Reads the tokens of a text into a slot, and gives their number; -1 for a text whose stretches cannot be told here. */
  const readTokens = (text: string, stretches: Stretches, slot: number): number => {
    const written = kernels.lay(text);
    if (text.includes("\0") || (written !== text.length && (hasWideSpace(text) || !isWellFormed(text)))) return -1;
    const missed = exports.read(stretchSlot, written, stretches.table, true);
    if (missed > 0) {
      kernels.resolve(stretchSlot, missed, stretches.table, (start, length) => stretches.idOf(start, length, pooled));
    }
    exports.expand(stretchSlot, slot);
    return kernels.words()[kernels.sequences[slot]! + 4]!;
  };

  const idsOf = (slot: number): Int32Array => {
    const memory = kernels.words();
    const place = kernels.sequences[slot]!;
    return memory.subarray(memory[place]! >> 2, (memory[place]! >> 2) + memory[place + 4]!);
  };

  const sharedNow = (order: number, size: number): ReadonlyArray<number> => {
    if (exports.ngrams(first, second, order, size) === 0) {
      return sharedWithEach(idsOf(first), [idsOf(second)], order)[0]!;
    }
    const memory = kernels.words();
    const counts = new Array<number>(order);
    for (let at = 0; at < order; at++) counts[at] = memory[kernels.counts + at]!;
    return counts;
  };

  /** Reads the first text once, then each of the others and what it shares with the first; undefined where one cannot be read. */
  const compare = (
    texts: ReadonlyArray<string>,
    order: number,
    read: (text: string, slot: number) => number,
    size: () => number,
  ): Shared | undefined => {
    const lengths = [read(texts[0]!, first)];
    const shared: Array<ReadonlyArray<number>> = [];
    for (let at = 1; at < texts.length; at++) {
      lengths.push(read(texts[at]!, second));
      if (lengths[0]! < 0 || lengths[at]! < 0) return undefined;
      shared.push(sharedNow(order, size()));
    }
    return { lengths, shared };
  };

  return {
    tokens: (texts, tokenizer, order) => {
      const isLocal = tokenizer.isLocal;
      if (isLocal === undefined || !texts.every(isLocal)) return javaScript.tokens(texts, tokenizer, order);
      const stretches = stretchesOf(tokenizer);
      const read = (text: string, slot: number) => readTokens(text, stretches, slot);
      return compare(texts, order, read, () => stretches.size) ?? javaScript.tokens(texts, tokenizer, order);
    },
    characters: (texts, whitespace, order) => {
      let most = 0;
      const read = (text: string, slot: number) => {
        const written = kernels.lay(text);
        if (written !== text.length && !isWellFormed(text)) return -1;
        most = Math.max(most, exports.readCharacters(slot, written, whitespace));
        return kernels.words()[kernels.sequences[slot]! + 4]!;
      };
      return compare(texts, order, read, () => most + 1) ?? javaScript.characters(texts, whitespace, order);
    },
  };
};
