/**
 * Plays seeds and says which break a promise: `npm run simulate -- --seeds 1000 --from 1 [--steps 30] [--trace]`.
 *
 * Ends with exit code 1 at the first broken promise, with the seed, what was broken, and the last lines of its trace; the
 * same seed and steps play the same again. Exit code 2 for arguments that cannot be.
 */
import { parseArgs } from "node:util";
import { usualSteps } from "./Plan.ts";
import { simulate } from "./simulate.ts";

const excerptLines = 40;

const whole = (name: string, text: string, least: number): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new TypeError(`--${name} is a whole number of at least ${least}, not ${text}`);
};

const asked = () => {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "200" },
      from: { type: "string", default: "1" },
      steps: { type: "string", default: String(usualSteps) },
      trace: { type: "boolean", default: false },
    },
  });
  return {
    seeds: whole("seeds", values.seeds, 1),
    from: whole("from", values.from, 0),
    steps: whole("steps", values.steps, 1),
    isTraced: values.trace,
  };
};

const main = async (): Promise<number> => {
  const { seeds, from, steps, isTraced } = asked();
  const totals = { polls: 0, events: 0, millis: 0 };
  for (let seed = from; seed < from + seeds; seed++) {
    const { broken, counts, trace } = await simulate(seed, { steps, isTraced });
    if (isTraced) console.log(trace.join("\n"));
    totals.polls += counts.polls;
    totals.events += counts.events;
    totals.millis += counts.millis;
    if (broken !== undefined) {
      const again = await simulate(seed, { steps, isTraced: true });
      console.log(again.trace.slice(-excerptLines).join("\n"));
      const name = broken.promise === 0 ? "the world's own rules" : `promise ${broken.promise}`;
      console.log(`\nseed ${seed} breaks ${name} after ${broken.at} ms: ${broken.what}`);
      console.log(`again: npm run simulate -- --seeds 1 --from ${seed} --steps ${steps} --trace`);
      return 1;
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${seed - from + 1} of ${seeds}`);
  }
  if (process.stderr.isTTY) process.stderr.write("\r");
  const days = (totals.millis / 86_400_000).toFixed(1);
  console.log(
    `${seeds} seeds from ${from}: all promises kept; ${totals.polls} polls, ${totals.events} events, ${days} days`,
  );
  return 0;
};

process.exitCode = await main().catch((error: unknown) => {
  console.error(`simulate: ${error instanceof Error ? error.message : String(error)}`);
  return 2;
});
