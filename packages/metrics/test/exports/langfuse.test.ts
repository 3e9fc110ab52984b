import { describe, expect, it } from "vitest";
import { readExport } from "./readExport.ts";

const item = (id: string, expectedOutput: unknown) => ({ id, datasetId: "d", expectedOutput });
const link = (traceId: string, datasetItemId: string, more: object = {}) => ({
  ...{ id: `r-${traceId}`, datasetItemId, traceId, observationId: "", ...more },
});
const trace = (id: string, output: unknown) => ({ id, timestamp: "t", bookmarked: false, output });
const observation = (id: string, traceId: string, output: string, more: object = {}) => ({
  ...{ id, traceId, type: "SPAN", startTime: "t", parentObservationId: null, output, ...more },
});

const read = async (rows: ReadonlyArray<object>, ...joined: ReadonlyArray<ReadonlyArray<object>>) => {
  const lookups = new Map();
  for (const file of joined) await readExport(JSON.stringify(file), { lookups }).catch(() => {});
  const { reader, records } = await readExport(JSON.stringify(rows), { lookups });
  expect(reader).toBe("langfuse");
  return records.map(({ id, answer, references, run }) => ({ id, answer, references, run }));
};

describe("Langfuse", () => {
  const items = [item("i1", "six"), item("i2", { answer: "nine" })];

  it("several runs of one dataset are kept apart, where the run items say which", async () => {
    const links = [link("t1", "i1", { datasetRunName: "a" }), link("t2", "i1", { datasetRunName: "b" })];
    expect(await read([trace("t1", "six"), trace("t2", "x")], items, links)).toEqual([
      { id: "i1", answer: "six", references: ["six"], run: { datasetRunName: "a" } },
      { id: "i1", answer: "x", references: ["six"], run: { datasetRunName: "b" } },
    ]);
  });

  it("an item belongs to the observation it names, and not to another one of the trace", async () => {
    const links = [link("t1", "i1", { observationId: "o2" })];
    const all = [
      observation("o1", "t1", "wrong"),
      observation("o2", "t1", "six", { parentObservationId: "o1" }),
      observation("o3", "t2", "without an item"),
    ];
    expect(await read(all, items, links)).toEqual([
      { id: "i1", answer: "six", references: ["six"], run: {} },
      { id: "o3", answer: "without an item", references: [], run: {} },
    ]);
    expect(await read([trace("t1", "six")], items, links)).toEqual([
      { id: "i1", answer: "six", references: ["six"], run: {} },
    ]);
  });

  it("an item of a trace belongs to the outermost of its observations", async () => {
    const all = [observation("o1", "t1", "nine"), observation("o2", "t1", "x", { parentObservationId: "o1" })];
    expect(await read(all, items, [link("t1", "i2")])).toEqual([
      { id: "i2", answer: "nine", references: ["nine"], run: {} },
    ]);
  });

  it("observations of several types, which may be of one answer, are several runs", async () => {
    const all = [observation("o1", "t1", "six"), observation("o2", "t1", "six", { type: "GENERATION" })];
    expect((await read(all)).map(({ run }) => run)).toEqual([{ type: "SPAN" }, { type: "GENERATION" }]);
  });

  it("traces of the API are recognised, whose scores are a list", async () => {
    const { bookmarked, ...rest } = trace("t1", { role: "assistant", content: "six" });
    const one = { ...rest, input: {}, htmlPath: "/t1", observations: [], scores: [] };
    expect(await read([one], items, [link("t1", "i1")])).toEqual([
      { id: "i1", answer: "six", references: ["six"], run: {} },
    ]);
  });
});
