/** Blocks of one thread, several of which may be under way where a metric is asynchronous. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planMetrics } from "@evalwire/metrics";
import { afterAll, expect, it } from "vitest";
import type { Block } from "../../../src/score/blocks/Block.ts";
import * as BlockScorer from "../../../src/score/blocks/BlockScorer.ts";
import type { Choice } from "../../../src/score/blocks/Choice.ts";

const folder = mkdtempSync(join(tmpdir(), "evalwire-block-scorer-"));
afterAll(() => rmSync(folder, { recursive: true }));

const plan = planMetrics({ components: [{ name: "f1", type: "f1" }] });
const slowly = {
  ...plan,
  score: async (texts: Parameters<typeof plan.score>[0]) => {
    await new Promise(setImmediate);
    return plan.score(texts);
  },
};

const line = (output: string) =>
  `${JSON.stringify({ test_case_data: { expected_output: "the cat" }, test_case_output: { output } })}\n`;

it("blocks that are scored side by side do not mix", async () => {
  const file = join(folder, "two.jsonl");
  const parts = ["the cat", "the dog", "the cow", "a dog"].map((output) => line(output.padEnd(7)).repeat(20));
  writeFileSync(file, parts.join(""));
  const choice: Choice = {
    ...{ file, from: undefined, sample: { rows: [] } as never, fields: {}, lookups: new Map(), id: undefined },
    ...{ where: [], groupBy: [], keepsIds: false, marksIds: false },
  };
  const part = (from: number, to: number): Block => ({ _tag: "range", file, from, to, end: "\n" });
  using scorer = BlockScorer.make(slowly, undefined);
  const size = parts[0]!.length;
  const results = await Promise.all(
    parts.map((_, at) => scorer.score({ block: part(at * size, (at + 1) * size), choice })),
  );
  expect(results.map(({ values }) => [...new Set(values)])).toEqual([[1], [0.5], [0.5], [0]]);
  expect(results.map(({ values }) => values.length)).toEqual([20, 20, 20, 20]);
});
