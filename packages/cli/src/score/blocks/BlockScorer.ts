/**
 * Scores blocks one after the other, in the thread it is made in: the memory that a block is read into, and the worst cases, are those of one
 * block, and where a metric is asynchronous the next one is given meanwhile.
 */
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
  const scoreOne = ({ block, choice }: ChosenBlock): Promise<BlockResult> => {
    if (last?.choice !== choice) {
      const { keepsIds, marksIds } = choice;
      last = { choice, context: { plan, select: selector(choice), keepsIds, marksIds, worst } };
    }
    return scoreBlock(entriesOf(block, files), last.context);
  };
  let turn: Promise<unknown> = Promise.resolve();
  return {
    score: (chosen) => {
      const result = turn.then(() => scoreOne(chosen));
      turn = result.catch(() => undefined);
      return result;
    },
    [Symbol.dispose]: () => files[Symbol.dispose](),
  };
};
