/** Counting n-grams in WebAssembly: the same counts as in JavaScript. */
import { detachString } from "../detachString.ts";
import { ensureCapacity } from "../kernel/ensureCapacity.ts";
import { javaScript, type NgramCounter, type Numbered, type Shared } from "../kernel/NgramCounter.ts";
import { sharedWithEach } from "../kernel/Ngrams.ts";
import type { Tokenizer, TreebankSentences } from "../tokenize/Tokenizer.ts";
import { eachPassage, longestKey, passageWords } from "../tokenize/treebank.ts";
import { isWhitespace } from "../tokenize/whitespace.ts";
import type { Kernels } from "./Kernels.ts";

/** As many tokens, stretches and words of pooled tokens are kept from call to call. */
const capacity = 1 << 17;

/** Tokenizers whose stretches are kept. */
const mostTokenizers = 16;

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

/** Whether a text has a form in UTF-8: it has no lone surrogate. */
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

/** Where in a well-formed text a byte of its UTF-8 stands; bytes are requested in rising order. */
const unitOffsets = (text: string): ((byte: number) => number) => {
  let unit = 0;
  let bytes = 0;
  return (byte) => {
    while (bytes < byte) {
      const code = text.charCodeAt(unit++);
      // A surrogate is half of four bytes.
      bytes += code < 0x80 ? 1 : code < 0x800 || (code & 0xf800) === 0xd800 ? 2 : 3;
    }
    return unit;
  };
};

/** Stretches between white space, and the tokens a tokenizer makes of each. */
class Stretches {
  readonly table: number;
  /** By id from 1. */
  readonly tokens: Array<string> = [""];
  /** Another one whenever ids begin from 1 again. */
  since = {};
  readonly #kernels: Kernels;
  readonly #ids = new Map<string, number>();
  /** Of stretches that find no place in the table, and of passages by their keys. */
  readonly #others = new Map<string, number>();
  /** By id, the id of the token in lower case; 0 where it is not known yet. */
  #lower = new Int32Array(1024);

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    this.table = kernels.exports.newTable(10);
  }

  /** Every token id is below this. */
  get size(): number {
    return this.tokens.length;
  }

  clear(): void {
    this.tokens.length = 1;
    this.since = {};
    this.#ids.clear();
    this.#others.clear();
    this.#lower.fill(0);
    this.#kernels.exports.clearTable(this.table);
  }

  isFull(): boolean {
    return this.size >= capacity || this.#others.size >= capacity;
  }

  /**
   * The id of a stretch or passage.
   *
   * @param isKept whether this name will be requested again
   * @param pooled puts several tokens into the pool, and gives their place
   */
  idOf(
    name: string,
    isKept: boolean,
    tokensOf: (name: string) => ReadonlyArray<string>,
    pooled: (tokens: ReadonlyArray<number>) => number,
  ): number {
    const known = this.#others.get(name);
    if (known !== undefined) return known;
    const tokens = tokensOf(name).map((token) => this.#tokenOf(token));
    const id = tokens.length === 1 ? tokens[0]! * 2 : pooled(tokens) * 2 + 1;
    if (isKept) this.#others.set(detachString(name), id);
    return id;
  }

  /** A number that is equal for tokens that differ only in case. */
  inAnyCase(id: number): number {
    return this.#lower[id] || this.#lowerOf(id);
  }

  #lowerOf(id: number): number {
    const lower = this.#tokenOf(this.tokens[id]!.toLowerCase());
    if (this.size > this.#lower.length) {
      const wider = new Int32Array(this.size * 2);
      wider.set(this.#lower);
      this.#lower = wider;
    }
    this.#lower[id] = lower;
    return lower;
  }

  #tokenOf(token: string): number {
    let id = this.#ids.get(token);
    if (id === undefined) {
      const own = detachString(token);
      id = this.tokens.push(own) - 1;
      this.#ids.set(own, id);
    }
    return id;
  }
}

/** The tokens of a text as numbers, in arrays that are used again. */
class NumberedText implements Numbered {
  numbers = new Int32Array(64);
  length = 0;
  since = {};
  #ids = new Int32Array(64);
  #tokens: ReadonlyArray<string> = [];

  /** @param from where the text's ids begin in `memory` */
  take(memory: Int32Array, from: number, length: number, stretches: Stretches): void {
    this.numbers = ensureCapacity(this.numbers, length);
    this.#ids = ensureCapacity(this.#ids, length);
    this.length = length;
    this.since = stretches.since;
    this.#tokens = stretches.tokens;
    for (let at = 0; at < length; at++) {
      const id = memory[from + at]!;
      this.#ids[at] = id;
      this.numbers[at] = stretches.inAnyCase(id);
    }
  }

  readonly tokenAt = (at: number): string => this.#tokens[this.#ids[at]!]!;
}

/** Characters of a stretch whose words may depend on its surroundings: quotes, and what ends a sentence or closes one. */
const outward = /['"`«»“”‘’„.?!]|--/;

/** The words of a passage by its key. */
const tokensBy = {
  "3.8": (key: string) => passageWords(key, "3.8"),
  "3.10": (key: string) => passageWords(key, "3.10"),
} as const;

/** Between the keys of passages that are read as one. */
const keySeparator = "\0";

export const ngramKernels = (kernels: Kernels): NgramCounter => {
  const { exports } = kernels;
  /** Those used last stand last. */
  const byTokenizer = new Map<Tokenizer, Stretches>();
  let latest: { readonly tokenizer: Tokenizer; readonly stretches: Stretches } | undefined;
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

  /** Those of a tokenizer; of several, the one that was not used for longest gives up its table. */
  const stretchesOf = (tokenizer: Tokenizer): Stretches => {
    let stretches = tokenizer === latest?.tokenizer ? latest.stretches : byTokenizer.get(tokenizer);
    if (stretches === undefined) {
      const [oldest] = byTokenizer;
      if (oldest !== undefined && byTokenizer.size >= mostTokenizers) {
        byTokenizer.delete(oldest[0]);
        stretches = oldest[1];
        stretches.clear();
      } else {
        stretches = new Stretches(kernels);
      }
    } else if (tokenizer !== latest?.tokenizer) {
      byTokenizer.delete(tokenizer);
    }
    if (tokenizer !== latest?.tokenizer) {
      byTokenizer.set(tokenizer, stretches);
      latest = { tokenizer, stretches };
    }
    if (stretches.isFull() || pool >= capacity * 4) {
      for (const each of byTokenizer.values()) each.clear();
      pool = 0;
    }
    return stretches;
  };

  const source = kernels.sequences[stretchSlot]!;
  /** Of the text that is read: place, start and length of each stretch that was left without an id. */
  let misses = new Int32Array(48);

  /** Gives the stretch at a place its id. */
  const set = (place: number, id: number): void => {
    const memory = kernels.words();
    memory[(memory[source]! >> 2) + place] = id;
  };

  /**
   * Gives the stretches that were left without an id their tokens, by what stands around them: a passage's tokens are all its first
   * stretch's, and its other stretches have none.
   */
  const resolveInContext = (
    text: string,
    isAscii: boolean,
    missed: number,
    stretches: Stretches,
    { nltk, boundsOf }: TreebankSentences,
  ): void => {
    const from = exports.misses() >> 2;
    const tokensOf = tokensBy[nltk];
    misses = ensureCapacity(misses, 3 * missed);
    const memory = kernels.words();
    for (let at = 0; at < 3 * missed; at++) misses[at] = memory[from + at]!;
    const places: Array<number> = [];
    const starts: Array<number> = [];
    const ends: Array<number> = [];
    const offset = isAscii ? (byte: number) => byte : unitOffsets(text);
    for (let at = 0; at < 3 * missed; at += 3) {
      const start = offset(misses[at + 1]!);
      const end = offset(misses[at + 1]! + misses[at + 2]!);
      const stretch = text.slice(start, end);
      if (!outward.test(stretch)) {
        const id = stretches.idOf(stretch, misses[at + 2]! > longestKept, tokensOf, pooled);
        exports.name(stretches.table, misses[at + 1]!, misses[at + 2]!, id);
        set(misses[at]!, id);
      } else {
        places.push(misses[at]!);
        starts.push(start);
        ends.push(end);
      }
    }
    if (places.length === 0) return;
    const bounds = boundsOf(text);
    let index = 0;
    const next = (at: number): number => {
      while (index < ends.length && ends[index]! <= at) index++;
      return index === ends.length ? Number.POSITIVE_INFINITY : Math.max(starts[index]!, at);
    };
    // Of the place that was found last: there may be more for it.
    let place = -1;
    let keys = "";
    const put = (): void => {
      if (place < 0) return;
      const isOne = keys !== "" && !keys.includes(keySeparator);
      const tokensOfAll = isOne
        ? tokensOf
        : (all: string) => (all === "" ? [] : all.split(keySeparator).flatMap(tokensOf));
      set(place, stretches.idOf(keys, keys.length <= longestKey, tokensOfAll, pooled));
    };
    const take = (start: number, end: number, key: string): void => {
      let own = places[index]!;
      if (own === place) {
        keys = keys === "" ? key : keys + keySeparator + key;
      } else {
        put();
        place = own;
        keys = key;
      }
      for (let at = start + 1; at < end; at++) {
        if (!isWhitespace(text.charCodeAt(at - 1)) || isWhitespace(text.charCodeAt(at))) continue;
        put();
        place = ++own;
        keys = "";
      }
    };
    for (let at = 0; at < bounds.length; at += 2) eachPassage(text, bounds[at]!, bounds[at + 1]!, next, take);
    put();
  };

  /** Reads the tokens of a text into a slot, and gives their number; -1 for a text whose stretches cannot be found here. */
  const readTokens = (text: string, tokenizer: Tokenizer, stretches: Stretches, slot: number): number => {
    const written = kernels.lay(text);
    const isAscii = written === text.length;
    if (text.includes("\0") || (!isAscii && (hasWideSpace(text) || !isWellFormed(text)))) return -1;
    const { treebank } = tokenizer;
    const missed = exports.read(stretchSlot, written, stretches.table, true);
    if (missed > 0 && treebank !== undefined) {
      resolveInContext(text, isAscii, missed, stretches, treebank);
    } else if (missed > 0) {
      kernels.resolve(stretchSlot, missed, stretches.table, (start, length) => {
        const stretch = decoder.decode(kernels.bytes().subarray(start, start + length));
        return stretches.idOf(stretch, length > longestKept, tokenizer.tokenize, pooled);
      });
    }
    exports.expand(stretchSlot, slot);
    return kernels.words()[kernels.sequences[slot]! + 4]!;
  };

  /** The texts that were numbered last. */
  const keptTexts: Array<NumberedText> = [];

  const isReadHere = ({ treebank, isLocal }: Tokenizer, texts: ReadonlyArray<string>): boolean =>
    treebank !== undefined || (isLocal !== undefined && texts.every(isLocal));

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
    numbered: (texts, tokenizer) => {
      if (!isReadHere(tokenizer, texts)) return javaScript.numbered(texts, tokenizer);
      const stretches = stretchesOf(tokenizer);
      const numbered: Array<Numbered> = [];
      for (const text of texts) {
        if (readTokens(text, tokenizer, stretches, first) < 0) return javaScript.numbered(texts, tokenizer);
        const memory = kernels.words();
        const place = kernels.sequences[first]!;
        keptTexts[numbered.length] ??= new NumberedText();
        const kept = keptTexts[numbered.length]!;
        kept.take(memory, memory[place]! >> 2, memory[place + 4]!, stretches);
        numbered.push(kept);
      }
      return numbered;
    },
    tokens: (texts, tokenizer, order) => {
      if (!isReadHere(tokenizer, texts)) return javaScript.tokens(texts, tokenizer, order);
      const stretches = stretchesOf(tokenizer);
      const read = (text: string, slot: number) => readTokens(text, tokenizer, stretches, slot);
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
