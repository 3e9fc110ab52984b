/** `@evalwire/metrics/read`: records from files of every format people hold them in, on Node. */
export type { JsonEntry } from "../corpus/jsonLines.ts";
export type { Head } from "./jsonDocument.ts";
export { type Format, type OpenedRecords, type OpenOptions, openRecords, type RawLines } from "./openRecords.ts";
export { parsePythonRepr, pythonList } from "./python.ts";
export { ReadError } from "./ReadError.ts";
export type { Packing } from "./unpack.ts";
