/** Scores blocks one after the other, in the thread it is made in. */
import type { MetricPlan } from "@evalwire/metrics";
import type { WorstCases } from "../report/WorstCases.ts";
import { type ChosenBlock, entriesOf } from "./Block.ts";
import type { BlockResult } from "./BlockResult.ts";
import { type Choice, selector } from "./Choice.ts";
import { OpenFiles } from "./OpenFiles.ts";
import { type ScoreContext, scoreBlock } from "./scoreBlock.ts";

export interface BlockScorer extends Disposable {
  readonly score: (chosen: ChosenBlock) => Promise<BlockResult>;
}

export const make = (plan: MetricPlan, worst: ReadonlyArray<WorstCases> | undefined): BlockScorer => {
  const files = new OpenFiles();
  let last: { readonly choice: Choice; readonly context: ScoreContext } | undefined;
  return {
    score: ({ block, choice }) => {
      if (last?.choice !== choice) {
        const { keepsIds, marksIds } = choice;
        last = { choice, context: { plan, select: selector(choice), keepsIds, marksIds, worst } };
      }
      return scoreBlock(entriesOf(block, files.open), last.context);
    },
    [Symbol.dispose]: () => files[Symbol.dispose](),
  };
};
