/** Records gathered to pieces. */
import { planMetrics } from "@evalwire/metrics";
import { expect, it } from "vitest";
import { FleetPool } from "../../src/corpus/scorePieces.ts";
import { Time } from "../../src/engine/Time.ts";

const config = { components: [{ name: "r", type: "rouge" as const, params: { score_types: ["rougeL"] } }] };

/** Words as often as those of a language are, from a seed. */
const textsOf = (seed: number) => {
  let state = seed;
  const draw = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const letters = () => Array.from({ length: 2 + Math.floor(draw() * 8) }, () => String.fromCharCode(97 + draw() * 26));
  const words = Array.from({ length: 8_000 }, () => letters().join(""));
  const word = () => words[Math.floor(words.length ** draw()) - 1]!;
  return (length: number) => Array.from({ length }, word).join(" ");
};

/** The jobs that a run receives for so many batches of records. */
const jobsOf = async (batches: number, words: number): Promise<ReadonlyArray<Uint8Array>> => {
  const text = textsOf(7);
  const jobs: Array<Uint8Array> = [];
  const run = {
    ...{ name: "r", resumed: 0, close: async () => undefined },
    do: async (_: string, job: Uint8Array) => {
      jobs.push(job);
      throw new Error("none");
    },
  };
  const pool = new FleetPool(run, { config }, planMetrics(config), new Time(), {});
  const record = () => [{ candidate: text(words), references: [text(words)] }];
  const scores = Array.from({ length: batches }, () => pool.score(Array.from({ length: 128 }, record)));
  await Promise.allSettled(scores);
  return jobs;
};

it("a piece of texts of any length fits a message of the NATS server's defaults", async () => {
  for (const [batches, words] of [
    [40, 64],
    [6, 600],
  ] as const) {
    const jobs = await jobsOf(batches, words);
    expect(jobs.length).toBeGreaterThan(1);
    for (const job of jobs) expect(job.length).toBeLessThan(1_040_000);
  }
});

it("a piece of short texts has as many records as it should have", async () => {
  expect(await jobsOf(32, 4)).toHaveLength(1);
});
