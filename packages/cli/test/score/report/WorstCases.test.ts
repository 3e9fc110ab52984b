import { extendedScorers } from "@evalwire/metrics/extended";
import { expect, it } from "vitest";
import * as WorstCases from "../../../src/score/report/WorstCases.ts";

const config = {
  components: [
    { name: "overlap", type: "rouge1" },
    { name: "edits", type: "ter" },
  ],
};
const record = { test_case_data: { expected_output: "a" }, test_case_output: { output: "b" } };

it("keeps the five worst, worst first: the lowest, and the highest where less is better", () => {
  const worst = WorstCases.make(config, { scorers: extendedScorers });
  [3, 7, 1, 9, 5, 2, 8].forEach((score, index) => {
    WorstCases.offer(worst, record, [score, score], { id: `r${score}`, index, line: index + 1 });
  });
  const kept = worst.map(({ cases }) => cases.map(({ score }) => score));
  expect(kept).toEqual([
    [1, 2, 3, 5, 7],
    [9, 8, 7, 5, 3],
  ]);
  const merged = WorstCases.make(config, { scorers: extendedScorers });
  WorstCases.merge(
    merged,
    worst.map(({ cases }) => cases.slice(0, 3)),
  );
  WorstCases.merge(
    merged,
    worst.map(({ cases }) => cases.slice(3)),
  );
  expect(merged.map(({ cases }) => cases.map(({ score }) => score))).toEqual(kept);
  expect(worst[0]?.cases[0]).toMatchObject({ id: "r1", line: 3, texts: { candidate: "b", references: ["a"] } });
});
