/**
 * A text as a sequence of word ids, cut into lines. The arrays are reused from text to text; only the first `length` ids count.
 */
import { ensureCapacity } from "../kernel/ensureCapacity.ts";

export class Tokens {
  /** Ids of the words, from 1. */
  ids = new Int32Array(1024);
  /** Number of words. */
  length = 0;
  /** Where each line that has words ends, as an index into `ids`. */
  lineEnds = new Int32Array(64);
  /** Number of lines that have words. */
  lineCount = 0;

  /** Forgets the text, and makes room for one of `characters` UTF-16 units. */
  clear(characters: number): this {
    this.length = 0;
    this.lineCount = 0;
    // Each word but the last takes a character and a separator.
    this.ids = ensureCapacity(this.ids, (characters >> 1) + 1);
    return this;
  }

  /** Ends the line, unless it is empty. */
  breakLine(): void {
    if (this.length === this.lineStart(this.lineCount)) return;
    if (this.lineCount === this.lineEnds.length) {
      const longer = new Int32Array(this.lineCount * 2);
      longer.set(this.lineEnds);
      this.lineEnds = longer;
    }
    this.lineEnds[this.lineCount++] = this.length;
  }

  /** The ids that count: a view, good until the next text. */
  words(): Int32Array {
    return this.ids.subarray(0, this.length);
  }

  /** Where a line starts, as an index into `ids`. */
  lineStart(line: number): number {
    return line === 0 ? 0 : this.lineEnds[line - 1]!;
  }
}
