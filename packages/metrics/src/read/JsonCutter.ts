/**
 * Cuts the elements of one list out of a JSON document while its bytes arrive: the document itself, or a list inside of it. What
 * stands around the list (the head) is kept, with the list left empty in it. Nothing is parsed here but the keys on the way to the
 * list, so an element costs one pass over its bytes, and memory holds one element.
 */
import { joined } from "./ByteReader.ts";
import { ReadError } from "./ReadError.ts";

/** Lists that evaluation tools wrap their records in, by their path. */
const knownLists: ReadonlySet<string> = new Set([
  ...["results.results", "results", "samples", "request_states", "rows", "data", "items", "testCases", "test_cases"],
  ...["events", "records", "examples", "goldens", "testRunData.testCases", "body"],
]);

/** Before a list is found the document is kept whole, and a string must hold it. */
const largestHead = 1 << 28;

const [quote, backslash, comma, colon] = [34, 92, 44, 58];
const [openBracket, closeBracket, openBrace, closeBrace] = [91, 93, 123, 125];
const isSpace = (byte: number): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9;

interface Frame {
  readonly isList: boolean;
  /** The key being read or whose value is being read. */
  key: string;
  expectsKey: boolean;
  /** In a list, the place of the element being read. */
  index: number;
}

/** Number of keys followed to a list that was not named. */
const mostKeys = 4;

/** The cut piece: an element of the list, or a whole value where values follow each other without a list around them. */
export interface Piece {
  readonly kind: "element" | "value";
  readonly bytes: Uint8Array;
}

export class JsonCutter {
  readonly #wanted: string | undefined;
  readonly #mostKeys: number;
  readonly #stack: Array<Frame> = [];
  /** From `#mark` on, what is not dealt with yet. */
  #bytes: Uint8Array = new Uint8Array(0);
  #mark = 0;
  #at = 0;
  #stringStart = -1;
  #head: Array<Uint8Array> = [];
  #headLength = 0;
  /** Inside the list: the brackets an element has open; -1 between elements, 0 in a bare scalar. */
  #depth = -1;
  #isInList = false;
  #list: string | undefined;
  /** How many keys lead to it. */
  #listDepth = 0;
  /** A list was opened that could be the one: what comes first in it decides. */
  #opened: { readonly path: string; readonly isRoot: boolean; readonly isInList: boolean } | undefined;
  readonly #candidates = new Set<string>();

  /** @param path keys to the list, and places in lists from 0, joined by dots; found by itself when absent */
  constructor(path?: string | undefined) {
    this.#wanted = path;
    this.#mostKeys = Math.max(mostKeys, path?.split(".").length ?? 0);
  }

  /** The path of the list that was found. */
  get list(): string | undefined {
    return this.#list;
  }

  /** Other lists of objects in the head. */
  get candidates(): ReadonlyArray<string> {
    return [...this.#candidates];
  }

  /** The text around the list as far as it has come: complete JSON once what is open is closed. */
  head(): string {
    const open = this.#stack.toReversed().map(({ isList }) => (isList ? "]" : "}"));
    return new TextDecoder().decode(joined(this.#head)) + open.join("");
  }

  /** Cuts what more bytes complete. */
  *push(chunk: Uint8Array): Generator<Piece, void> {
    const rest = this.#bytes.subarray(this.#mark);
    this.#stringStart -= this.#mark;
    this.#at -= this.#mark;
    this.#mark = 0;
    this.#bytes = rest.length === 0 ? chunk : joined([rest, chunk]);
    while (this.#at < this.#bytes.length) {
      const piece = this.#isInList ? this.#inList() : this.#outside();
      if (piece !== undefined) yield piece;
    }
    if (!this.#isInList && this.#stringStart < 0) this.#keepHead();
  }

  /** The rest at the end: a single value without a list. @throws ReadError for a document that ends in the middle */
  finish(): void {
    if (this.#isInList || this.#stack.length > 0 || this.#stringStart >= 0)
      throw new ReadError("the JSON document ends in the middle; it was cut short");
  }

  #keepHead(): void {
    if (this.#at > this.#mark) {
      const part = this.#bytes.slice(this.#mark, this.#at);
      this.#head.push(part);
      this.#headLength += part.length;
      if (this.#headLength > largestHead)
        throw new ReadError("no list of records was found in the first 256 MB; name it by its path");
    }
    this.#mark = this.#at;
  }

  /** Goes to the end of the string it is in; false when that has not arrived. */
  #skipString(): boolean {
    const bytes = this.#bytes;
    for (let end = bytes.indexOf(quote, this.#at); end >= 0; end = bytes.indexOf(quote, end + 1)) {
      let slashes = 0;
      while (end - 1 - slashes > this.#stringStart && bytes[end - 1 - slashes] === backslash) slashes++;
      if (slashes % 2 === 1) continue;
      this.#at = end + 1;
      return true;
    }
    this.#at = bytes.length;
    return false;
  }

  #beginString(): void {
    this.#stringStart = this.#at++;
  }

  #outside(): Piece | undefined {
    if (this.#stringStart >= 0) {
      if (!this.#skipString()) return undefined;
      const frame = this.#stack.at(-1);
      if (frame?.expectsKey && this.#stack.length <= this.#mostKeys) frame.key = this.#stringText();
      this.#stringStart = -1;
      return undefined;
    }
    const byte = this.#bytes[this.#at]!;
    if (this.#stack.length === 0 && this.#list !== undefined && !isSpace(byte)) {
      throw new ReadError(
        "something follows the end of the JSON document; put all records into one list, or each in a line",
      );
    }
    if (this.#opened !== undefined && !isSpace(byte)) {
      if (this.#entersList(byte)) return undefined;
    }
    const frame = this.#stack.at(-1);
    if (byte === quote) this.#beginString();
    else {
      this.#at++;
      if (byte === openBrace) this.#stack.push({ isList: false, key: "", expectsKey: true, index: 0 });
      else if (byte === openBracket) this.#openList();
      else if (byte === closeBrace || byte === closeBracket) {
        this.#stack.pop();
        if (this.#stack.length === 0 && this.#list === undefined) return this.#wholeValue();
      } else if (frame !== undefined && byte === comma) {
        frame.expectsKey = !frame.isList;
        frame.index++;
      } else if (frame !== undefined && byte === colon) frame.expectsKey = false;
    }
    return undefined;
  }

  #stringText(): string {
    try {
      return JSON.parse(new TextDecoder().decode(this.#bytes.subarray(this.#stringStart, this.#at))) as string;
    } catch {
      return ""; // Not JSON: parsing the head says so.
    }
  }

  #openList(): void {
    const isInList = this.#stack.some(({ isList }) => isList);
    // A list inside of another one is found by its name only.
    if (!isInList || (this.#wanted !== undefined && this.#stack.length <= this.#mostKeys)) {
      const path = this.#stack.map(({ isList, key, index }) => (isList ? index : key)).join(".");
      if (this.#list === undefined) this.#opened = { path, isRoot: this.#stack.length === 0, isInList };
      else if (this.#list === path && this.#listDepth === this.#stack.length)
        throw new ReadError(`the JSON document has the list ${path} twice`);
    }
    this.#stack.push({ isList: true, key: "", expectsKey: false, index: 0 });
  }

  /** Whether the list that was opened is the one, by its path and the first byte in it. */
  #entersList(first: number): boolean {
    const { path, isRoot, isInList } = this.#opened!;
    this.#opened = undefined;
    const isOfObjects = first === openBrace || (first === openBracket && (path === "data" || path === this.#wanted));
    const isIt =
      this.#wanted === undefined
        ? isRoot || (knownLists.has(path) && (isOfObjects || first === closeBracket))
        : path === this.#wanted;
    if (!isIt) {
      if (isOfObjects && !isInList && this.#stack.length <= mostKeys) this.#candidates.add(path);
      return false;
    }
    if (first === closeBracket && this.#wanted === undefined && !isRoot) {
      this.#candidates.add(path);
      return false;
    }
    this.#list = path;
    this.#listDepth = this.#stack.length - 1;
    this.#keepHead();
    this.#isInList = true;
    return true;
  }

  /** A value at the top that holds no list: a record of its own where others follow. */
  #wholeValue(): Piece {
    this.#keepHead();
    const bytes = joined(this.#head);
    this.#head = [];
    this.#headLength = 0;
    return { kind: "value", bytes };
  }

  #inList(): Piece | undefined {
    if (this.#stringStart >= 0) {
      if (!this.#skipString()) return undefined;
      this.#stringStart = -1;
      return this.#depth === 0 ? this.#cutElement() : undefined;
    }
    const bytes = this.#bytes;
    for (; this.#at < bytes.length; this.#at++) {
      const byte = bytes[this.#at]!;
      if (this.#depth < 0) {
        if (byte === comma || isSpace(byte)) continue;
        this.#mark = this.#at;
        if (byte === closeBracket) {
          this.#isInList = false;
          return undefined;
        }
        this.#depth = 0;
      }
      if (byte === quote) {
        this.#beginString();
        return undefined;
      }
      if (byte === openBrace || byte === openBracket) this.#depth++;
      else if (byte === closeBrace || byte === closeBracket) {
        if (this.#depth === 0) return this.#cutElement(); // A bare scalar before the end of the list.
        if (--this.#depth === 0) {
          this.#at++;
          return this.#cutElement();
        }
      } else if (this.#depth === 0 && (byte === comma || isSpace(byte))) return this.#cutElement();
    }
    return undefined;
  }

  #cutElement(): Piece {
    const bytes = this.#bytes.subarray(this.#mark, this.#at);
    this.#mark = this.#at;
    this.#depth = -1;
    return { kind: "element", bytes };
  }
}
