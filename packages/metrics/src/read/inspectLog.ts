/** Inspect's default log, `.eval`: a zip archive with `header.json` and `samples/<id>_epoch_<n>.json`. */
import { entryOf, type JsonEntry } from "../corpus/jsonLines.ts";
import type { Head } from "./jsonDocument.ts";
import type { RandomAccess } from "./RandomAccess.ts";
import { ReadError } from "./ReadError.ts";
import { readZipEntry, zipEntries } from "./zip.ts";

const isSample = (name: string): boolean => /^samples\/.+\.json$/.test(name);

/** @throws ReadError for a zip archive that is no log */
export const openEval = async (
  file: RandomAccess,
): Promise<{ readonly head: Head; readonly total: number; readonly entries: AsyncIterable<JsonEntry> }> => {
  // Of two entries of one name the later one counts: a log is written on, never over.
  const all = [...new Map((await zipEntries(file)).map((entry) => [entry.name, entry])).values()];
  const samples = all.filter(({ name }) => isSample(name));
  const text = async (name: string): Promise<string | undefined> => {
    const entry = all.find((one) => one.name === name);
    return entry && new TextDecoder().decode(await readZipEntry(file, entry));
  };
  const header = (await text("header.json")) ?? (await text("_journal/start.json"));
  if (header === undefined) {
    const isSheet = all.some(({ name }) => name.startsWith("xl/"));
    throw new ReadError(
      isSheet
        ? "this looks like an Excel workbook; save the sheet as CSV"
        : "this looks like a zip archive; unpack it and give the file inside",
    );
  }
  async function* entries(): AsyncGenerator<JsonEntry> {
    for (const [at, entry] of samples.entries()) {
      yield entryOf(new TextDecoder().decode(await readZipEntry(file, entry)), at + 1);
    }
  }
  return { head: { value: entryOf(header, 1).value, list: "samples" }, total: samples.length, entries: entries() };
};
