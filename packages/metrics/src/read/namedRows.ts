import { BadLine, type JsonEntry } from "../corpus/jsonLines.ts";

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

/** Whether a list may be the names of columns. */
const areNames = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.length > 1 && value.every(isText) && new Set(value).size === value.length;

/** Whether rows that are lists stand under a first one with the names of their columns. */
export const areNamed = (first: unknown, second: unknown): first is ReadonlyArray<string> =>
  areNames(first) && Array.isArray(second) && second.length === first.length;

const named = (entry: JsonEntry, columns: ReadonlyArray<string>): JsonEntry => {
  const { value, line } = entry;
  if (!Array.isArray(value)) return entry;
  if (value.length === columns.length) {
    return { ...entry, value: Object.fromEntries(columns.map((column, at) => [column, value[at]])) };
  }
  return { line, value: new BadLine(line, `${value.length} values under ${columns.length} columns`) };
};

/**
 * Entries that are lists under a first one with their columns' names, as objects; any others as they are. Lines of ClickHouse's
 * `JSONCompactEachRowWithNames` are such lists, and so are the rows of many a spreadsheet saved as JSON.
 */
export const namedRows = (entries: AsyncIterable<JsonEntry>): AsyncIterable<JsonEntry> => ({
  [Symbol.asyncIterator]: () => {
    const rest = entries[Symbol.asyncIterator]();
    let isBegun = false;
    let columns: ReadonlyArray<string> | undefined;
    let held: IteratorResult<JsonEntry> | undefined;
    const begin = async (): Promise<IteratorResult<JsonEntry>> => {
      isBegun = true;
      const first = await rest.next();
      if (first.done === true || !areNames(first.value.value)) return first;
      const second = await rest.next();
      if (second.done !== true && areNamed(first.value.value, second.value.value)) {
        columns = first.value.value;
        return { done: false, value: named(second.value, columns) };
      }
      held = second;
      return first;
    };
    // By hand: a generator in between would take its time of every entry of every document.
    return {
      next: async () => {
        if (!isBegun) return begin();
        const result = held ?? (await rest.next());
        held = undefined;
        return columns === undefined || result.done === true
          ? result
          : { done: false, value: named(result.value, columns) };
      },
      return: async () => {
        await rest.return?.();
        return { done: true, value: undefined };
      },
    };
  },
});
