/**
 * Plays seeds and says which break a promise: `npm run simulate -- --seeds 1000 --from 1 [--steps 30] [--threads 2] [--faults page-order,page-cap] [--api v5] [--trace]`.
 *
 * `--faults` gives each seed these faults of the deployment instead of those that it draws; `none` gives it none of them.
 *
 * `--api` gives each seed an evaluation on this version of the API; else a quarter of them, as drawn, are on v5.
 *
 * Ends with exit code 1 at the first broken promise, with the seed, what was broken, and the last lines of its trace; the
 * same seed and steps play the same again. With `--trace` everything that happens is printed, one seed after the other. Exit
 * code 2 for arguments that cannot be.
 */
import { parseArgs } from "node:util";
import { usualSteps } from "./Plan.ts";
import * as Pool from "./Pool.ts";
import { type Outcome, simulate } from "./simulate.ts";
import { type Fault, faults as kinds } from "./world/Deployment.ts";
import { type Api, apis } from "./world/ServerHost.ts";

const excerptLines = 40;
const excerptColumns = 320;

const whole = (name: string, text: string, least: number): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new TypeError(`--${name} is a whole number of at least ${least}, not ${text}`);
};

/** The faults that a list names. */
const faultsNamed = (text: string): ReadonlyArray<Fault> =>
  (text === "none" ? [] : text.split(",")).map((name) => {
    const fault = kinds.find((kind) => kind === name);
    if (fault === undefined) throw new TypeError(`--faults is none, or some of ${kinds.join(",")}; not ${name}`);
    return fault;
  });

const apiNamed = (text: string): Api => {
  const api = apis.find((each) => each === text);
  if (api === undefined) throw new TypeError(`--api is ${apis.join(" or ")}, not ${text}`);
  return api;
};

const asked = () => {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "200" },
      from: { type: "string", default: "1" },
      steps: { type: "string", default: String(usualSteps) },
      threads: { type: "string" },
      faults: { type: "string" },
      api: { type: "string" },
      trace: { type: "boolean", default: false },
    },
  });
  return {
    seeds: whole("seeds", values.seeds, 1),
    from: whole("from", values.from, 0),
    steps: whole("steps", values.steps, 1),
    isTraced: values.trace,
    ...(values.faults === undefined ? {} : { faults: faultsNamed(values.faults) }),
    ...(values.api === undefined ? {} : { api: apiNamed(values.api) }),
    ...(values.threads === undefined ? {} : { threads: whole("threads", values.threads, 1) }),
  };
};

type Asked = ReturnType<typeof asked>;

/** Plays the seeds one after the other, and prints what happens. */
const playAloud = async (options: Asked & Pool.Options): Promise<Outcome | undefined> => {
  for (let seed = options.from; seed < options.from + options.seeds; seed++) {
    const outcome = await simulate(seed, { ...options, isTraced: true });
    console.log(outcome.trace.join("\n"));
    options.onOutcome(outcome);
    if (outcome.broken !== undefined) return outcome;
  }
  return undefined;
};

const report = async ({ seed, broken, faults }: Outcome, { isTraced, ...options }: Asked): Promise<void> => {
  if (!isTraced) {
    const { trace } = await simulate(seed, { ...options, isTraced: true });
    for (const line of trace.slice(-excerptLines)) console.log(line.slice(0, excerptColumns));
  }
  const name = broken!.promise === 0 ? "what the world owes the watch" : `promise ${broken!.promise}`;
  console.log(`\nseed ${seed} breaks ${name} after ${broken!.at} ms: ${broken!.what}`);
  const isGiven = options.faults !== undefined;
  const given = isGiven ? ` --faults ${faults.length === 0 ? "none" : faults.join(",")}` : "";
  const api = options.api === undefined ? "" : ` --api ${options.api}`;
  console.log(`again: npm run simulate -- --seeds 1 --from ${seed} --steps ${options.steps}${given}${api} --trace`);
};

const main = async (): Promise<number> => {
  const options = asked();
  const { seeds, from, isTraced } = options;
  const total = { seeds: 0, polls: 0, events: 0, millis: 0, exact: 0, loose: 0 };
  const drawn = new Map<string, number>(kinds.map((kind) => [kind, 0]));
  const onApi: Record<Api, number> = { v4: 0, v5: 0 };
  const onOutcome = ({ counts, faults, api }: Outcome) => {
    onApi[api]++;
    for (const fault of faults) drawn.set(fault, drawn.get(fault)! + 1);
    total.seeds++;
    total.polls += counts.polls;
    total.events += counts.events;
    total.millis += counts.millis;
    total.exact += counts.exact;
    total.loose += counts.loose;
    if (process.stderr.isTTY) process.stderr.write(`\r${total.seeds} of ${seeds}`);
  };
  const broken = await (isTraced ? playAloud : Pool.play)({ ...options, onOutcome });
  if (process.stderr.isTTY) process.stderr.write("\r");
  if (broken !== undefined) {
    await report(broken, options);
    return 1;
  }
  const days = (total.millis / 86_400_000).toFixed(1);
  const cost = `${total.polls} polls, ${total.events} events, ${days} simulated days`;
  console.log(`${seeds} seeds from ${from}: all promises kept; ${cost}`);
  console.log(`versions reported by histories: ${total.exact} as one step, ${total.loose} with a gap`);
  console.log(`seeds on v4 ${onApi.v4}, on v5 ${onApi.v5}`);
  console.log(`seeds with ${[...drawn].map(([fault, count]) => `${fault} ${count}`).join(", ")}`);
  return 0;
};

process.exitCode = await main().catch((error: unknown) => {
  console.error(`simulate: ${error instanceof Error ? error.message : String(error)}`);
  return 2;
});
