/** A worker's side of `BlockPool`: makes a plan of the configuration it receives, and scores blocks until it is terminated. */
import { parentPort } from "node:worker_threads";
import { MetricError, planMetrics } from "@evalwire/metrics";
import { installKernels } from "@evalwire/metrics/wasm";
import * as WorstCases from "../report/WorstCases.ts";
import { scorersFor } from "../scorersFor.ts";
import * as WordData from "../WordData.ts";
import { type Answer, type Request, received } from "./BlockPool.ts";
import { buffersOf } from "./BlockResult.ts";
import * as BlockScorer from "./BlockScorer.ts";
import type { Choice } from "./Choice.ts";
import { pack } from "./PackedResult.ts";

installKernels();

const port = parentPort!;
const answer = (value: Answer, transfer: ReadonlyArray<ArrayBuffer> = []): void =>
  port.postMessage(value, [...transfer]);
const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

let scorer: Promise<BlockScorer.BlockScorer> | undefined;
const choices = new Map<number, Choice>();

const begin = async ({ config, preset, asked, keepsWorst }: Request & { readonly _tag: "begin" }) => {
  const providers = await WordData.load(asked);
  const options = { preset, providers, scorers: await scorersFor(config) };
  const plan = planMetrics(config, options);
  return BlockScorer.make(plan, keepsWorst ? WorstCases.make(config, options) : undefined);
};

const score = async (request: Request & { readonly _tag: "score" }): Promise<void> => {
  const { id, choice, block, isPacked } = request;
  try {
    const scored = await (await scorer!).score({ block: received(block), choice: choices.get(choice)! });
    const result = isPacked ? pack(scored) : scored;
    answer({ _tag: "scored", id, result }, result instanceof Uint8Array ? [result.buffer] : buffersOf(result));
  } catch (error) {
    answer({ _tag: "lost", id, problem: said(error) });
  }
};

port.on("message", (request: Request) => {
  if (request._tag === "choose") choices.set(request.id, request.choice);
  else if (request._tag === "score") void score(request);
  else {
    scorer = begin(request);
    scorer.then(
      () => answer({ _tag: "ready" }),
      (error: unknown) =>
        answer({ _tag: "unfit", problem: error instanceof MetricError ? error.message : said(error) }),
    );
  }
});
