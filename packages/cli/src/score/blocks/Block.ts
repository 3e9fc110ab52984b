/** A part of a file for one thread to score. */
import { closeSync, openSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { JsonEntry } from "@evalwire/metrics/corpus";
import { CommandFailure } from "../../CommandFailure.ts";
import type { Choice } from "./Choice.ts";
import { countLines, entriesOfLines, type LineEnd } from "./Lines.ts";
import type { OpenFiles } from "./OpenFiles.ts";
import type { Entries } from "./scoreBlock.ts";

export interface Range {
  readonly _tag: "range";
  readonly file: string;
  readonly from: number;
  readonly to: number;
  readonly end: LineEnd;
  /** Of its lines, where the file may be another one where they are read. */
  readonly checksum?: number;
}

export type Block =
  /** The lines of a file that begin in this range. */
  | Range
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

const readSummed = (opened: number, { from, to, end }: Range, { reader }: OpenFiles) => {
  let checksum = 0;
  const bytes = reader.read(opened, from, to, end, (piece) => {
    checksum = crc32(piece, checksum);
  });
  return { bytes, checksum };
};

/** Opened for each part: a worker of a fleet outlives the files that it reads. */
const reopened = (range: Range, files: OpenFiles) => {
  const { file } = range;
  try {
    const opened = openSync(file, "r");
    try {
      return readSummed(opened, range, files);
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    throw new CommandFailure(
      `this worker cannot read ${file} (${(error as Error).message}); workers need the file under the same path`,
    );
  }
};

const readRange = (range: Range, files: OpenFiles): Uint8Array => {
  const { file, from, to, end } = range;
  if (range.checksum === undefined) return files.reader.read(files.open(file), from, to, end);
  const { bytes, checksum } = reopened(range, files);
  if (checksum !== range.checksum)
    throw new CommandFailure(
      `the file ${file} has other content on this worker than on the machine that requests its scores; copy it again, or give a path that all machines share`,
    );
  return bytes;
};

/** The same range for a machine whose file may be another one. */
export const withChecksum = (range: Range, files: OpenFiles): Range => ({
  ...range,
  checksum: readSummed(files.open(range.file), range, files).checksum,
});

/** Of a range, valid until the next one is read. */
export const entriesOf = (block: Block, files: OpenFiles): Entries => {
  if (block._tag === "entries") return { entries: block.entries, lines: 0, bytes: 0, done: block.done };
  const bytes = block._tag === "lines" ? block.bytes : readRange(block, files);
  return {
    entries: entriesOfLines(bytes, block.end),
    lines: countLines(bytes, block.end),
    bytes: block._tag === "lines" ? bytes.length : block.to - block.from,
  };
};
