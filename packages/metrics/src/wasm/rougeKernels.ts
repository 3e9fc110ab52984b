/** ROUGE's reading and comparing in WebAssembly: the same words, ids and hits as in JavaScript. */
import { detachString } from "../detachString.ts";
import { sharedWithEach } from "../kernel/Ngrams.ts";
import type { Read, RougeEngine, Slot } from "../rouge/RougeEngine.ts";
import { stemOf } from "../stem/porter.ts";
import type { Kernels } from "./Kernels.ts";

/** As many ids, and as many words beside the table, are kept from call to call. */
const capacity = 1 << 17;

/** Characters outside ASCII that lower-case into it: İ and the Kelvin sign. */
const lowersIntoAscii = /[\u0130\u212a]/;

/** The longest word that the table keeps, in bytes. */
const longestKept = 16;

/** Words as ids from 1; with the stemmer, words of one stem share one. */
class Names {
  size = 1;
  readonly table: number;
  readonly #kernels: Kernels;
  readonly #stems: boolean;
  readonly #ids = new Map<string, number>();
  /** Of words that find no place in the table. */
  readonly #others = new Map<string, number>();

  constructor(kernels: Kernels, stems: boolean) {
    this.#kernels = kernels;
    this.#stems = stems;
    this.table = kernels.exports.newTable(10);
  }

  trim(): void {
    if (this.#others.size >= capacity) this.#others.clear();
    if (this.size < capacity) return;
    this.size = 1;
    this.#ids.clear();
    this.#others.clear();
    this.#kernels.exports.clearTable(this.table);
  }

  readonly idOf = (start: number, length: number): number => {
    const bytes = this.#kernels.bytes();
    let word = "";
    for (let at = start; at < start + length; at++) word += String.fromCharCode(bytes[at]!);
    const known = this.#others.get(word);
    if (known !== undefined) return known;
    const name = this.#stems && length > 3 ? stemOf(word) : word;
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.size++;
      this.#ids.set(detachString(name), id);
    }
    if (length > longestKept) this.#others.set(word, id);
    return id;
  };
}

/** A text in the memory of the kernels. */
class Laid implements Read {
  readonly slot: Slot;
  length = 0;
  lineCount = 0;

  constructor(slot: Slot) {
    this.slot = slot;
  }
}

export const rougeKernels = (kernels: Kernels): RougeEngine<Laid> => {
  const { exports } = kernels;
  const words = new Names(kernels, false);
  const stems = new Names(kernels, true);
  let names = words;
  const shared = new Array<number>(10).fill(0);
  const laid = [new Laid(0), new Laid(1), new Laid(2), new Laid(3)] as const;

  const read = (text: string, slot: Slot): Laid => {
    let written = kernels.lay(text);
    if (written !== text.length && lowersIntoAscii.test(text)) written = kernels.lay(text.toLowerCase());
    const missed = exports.read(slot, written, names.table, false);
    if (missed > 0) kernels.resolve(slot, missed, names.table, names.idOf);
    const at = kernels.sequences[slot]! + 4;
    const own = laid[slot];
    const memory = kernels.words();
    own.length = memory[at]!;
    own.lineCount = memory[at + 1]!;
    return own;
  };

  /** The ids of a text, until the memory grows. */
  const idsOf = ({ slot, length }: Laid): Int32Array => {
    const memory = kernels.words();
    const from = memory[kernels.sequences[slot]!]! >> 2;
    return memory.subarray(from, from + length);
  };

  return {
    begin: (withStems) => {
      names = withStems ? stems : words;
      names.trim();
    },
    read,
    readLines: (lines, slot) => read(lines.map((line) => line.replaceAll("\n", " ")).join("\n"), slot),
    sharedNgrams: (one, other, longest) => {
      if (exports.ngrams(one.slot, other.slot, longest, names.size) === 0) {
        return [0, ...sharedWithEach(idsOf(one), [idsOf(other)], longest)[0]!];
      }
      const memory = kernels.words();
      for (let n = 1; n <= longest; n++) shared[n] = memory[kernels.counts + n - 1]!;
      return shared;
    },
    lcs: (one, other) => exports.lcs(one.slot, other.slot, names.size),
    unionHits: (candidate, reference) => exports.union(candidate.slot, reference.slot, names.size),
  };
};
