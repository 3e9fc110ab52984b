/** A part of a file for one thread to score. */
import type { JsonEntry } from "@evalwire/metrics/corpus";
import type { Choice } from "./Choice.ts";
import { countLines, entriesOfLines, type LineEnd, readLines } from "./Lines.ts";
import type { Entries } from "./scoreBlock.ts";

export type Block =
  /** The lines of a file that begin in this range. */
  | { readonly _tag: "range"; readonly file: string; readonly from: number; readonly to: number; readonly end: LineEnd }
  /** Whole lines. */
  | { readonly _tag: "lines"; readonly bytes: Uint8Array<ArrayBuffer>; readonly end: LineEnd }
  /** Records that are parsed already. */
  | {
      readonly _tag: "entries";
      readonly entries: ReadonlyArray<JsonEntry>;
      readonly done?: ReadonlySet<string> | undefined;
    };

/** A block with the choice of its file. */
export interface ChosenBlock {
  readonly block: Block;
  readonly choice: Choice;
}

/** @param open gives the descriptor of a file that stays open */
export const entriesOf = (block: Block, open: (file: string) => number): Entries => {
  if (block._tag === "entries") return { entries: block.entries, lines: 0, bytes: 0, done: block.done };
  const bytes = block._tag === "lines" ? block.bytes : readLines(open(block.file), block.from, block.to, block.end);
  return {
    entries: entriesOfLines(bytes, block.end),
    lines: countLines(bytes, block.end),
    bytes: block._tag === "lines" ? bytes.length : block.to - block.from,
  };
};
