/** The WebAssembly module, its memory as JavaScript sees it, and the few things that go in and out. */
import { bytes } from "./bytes.ts";

/** Exports of the module; see `wasm/index.as` of this package. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly textRoom: (bytes: number) => number;
  readonly newTable: (bits: number) => number;
  readonly clearTable: (table: number) => void;
  readonly read: (slot: number, bytes: number, table: number, stretches: boolean) => number;
  readonly misses: () => number;
  readonly name: (table: number, start: number, length: number, id: number) => number;
  readonly sequence: (slot: number) => number;
  readonly expand: (from: number, slot: number) => void;
  readonly poolRoom: (words: number) => number;
  readonly readCharacters: (slot: number, bytes: number, blank: boolean) => number;
  readonly shared: () => number;
  readonly ngrams: (one: number, other: number, order: number, size: number) => number;
  readonly lcs: (one: number, other: number, size: number) => number;
  readonly union: (candidate: number, reference: number, size: number) => number;
}

/** The parts of the WebAssembly and encoding interfaces that are used; this package is not compiled with the DOM's types. */
interface Runtime {
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
  readonly TextEncoder?: new () => { encodeInto(text: string, into: Uint8Array): { read: number; written: number } };
  readonly atob: (text: string) => string;
}

const runtime = globalThis as unknown as Runtime;

/** Words that have no id yet: for each its place in the sequence, and its start and length in the text. */
const missWidth = 3;

/** So many sequences there are. */
const sequenceCount = 8;

export class Kernels {
  readonly exports: Exports;
  /** Where in `words()` a sequence is described, by slot: the address of its ids, then, from
   * the fifth word on, its length and the number of its lines. */
  readonly sequences: ReadonlyArray<number>;
  /** Where in `words()` the counts of `ngrams` are. */
  readonly counts: number;
  readonly #encoder: { encodeInto(text: string, into: Uint8Array): { read: number; written: number } };
  #bytes = new Uint8Array(0);
  #words = new Int32Array(0);
  #text = new Uint8Array(0);
  #at = 0;
  #room = 0;

  private constructor(exports: Exports, Encoder: NonNullable<Runtime["TextEncoder"]>) {
    this.exports = exports;
    this.#encoder = new Encoder();
    this.sequences = Array.from({ length: sequenceCount }, (_, slot) => exports.sequence(slot) >> 2);
    this.counts = exports.shared() >> 2;
  }

  /** The kernels; undefined where the runtime has no WebAssembly with SIMD, or a policy forbids it. */
  static make(): Kernels | undefined {
    const { WebAssembly, TextEncoder } = runtime;
    if (WebAssembly === undefined || TextEncoder === undefined) return undefined;
    try {
      const code = Uint8Array.from(runtime.atob(bytes), (letter) => letter.charCodeAt(0));
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code));
      return new Kernels(exports as Exports, TextEncoder);
    } catch {
      // A content security policy without `wasm-unsafe-eval`, a runtime that compiles no bytes or knows no SIMD.
      return undefined;
    }
  }

  /** Memory as words of 32 bits. A view from before a call may be of memory that is gone: its length is 0 then, which is quickly seen. */
  words(): Int32Array {
    if (this.#words.length === 0) this.#words = new Int32Array(this.exports.memory.buffer);
    return this.#words;
  }

  /** Memory as bytes, likewise. */
  bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.exports.memory.buffer);
    return this.#bytes;
  }

  /** Lays a text where `read` reads it, and gives its length in UTF-8; a lone surrogate becomes U+FFFD. */
  lay(text: string): number {
    const most = text.length * 3;
    if (most > this.#room || this.#text.length === 0) {
      this.#room = Math.max(most, this.#room);
      this.#at = this.exports.textRoom(this.#room);
      this.#text = new Uint8Array(this.exports.memory.buffer, this.#at, this.#room);
    }
    return this.#encoder.encodeInto(text, this.#text).written;
  }

  /** Names the words that the last reading into a slot left without an id: `idOf` is given the place of each in
   * memory, and what it gives is kept. */
  resolve(slot: number, missed: number, table: number, idOf: (start: number, length: number) => number): void {
    const entries = this.exports.misses() >> 2;
    const place = this.sequences[slot]!;
    for (let at = entries; at < entries + missed * missWidth; at += missWidth) {
      const words = this.words();
      const start = words[at + 1]!;
      const length = words[at + 2]!;
      const id = idOf(this.#at + start, length);
      this.exports.name(table, start, length, id);
      const own = this.words();
      own[(own[place]! >> 2) + own[at]!] = id;
    }
  }
}
