/**
 * How long a call that waits to be repeated still takes after it was aborted, in real time; beside the least it can take, a timer
 * given up on the same signal.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { SGPClient, SgpError } from "@evalwire/core";
import { hold } from "./budget.ts";
import { table } from "./measure.ts";

const rounds = 200;

/** A client whose server requests a retry in half a minute; each with a fetch, and so with a quota of repetitions, of its own. */
const patient = () =>
  new SGPClient({
    apiKey: "a key",
    baseURL: "https://sgp.example.invalid",
    fetch: async () => Response.json({ detail: "busy" }, { status: 503, headers: { "retry-after": "30" } }),
  });

/** Milliseconds from the abort to the rejection. */
const aborted = async (call: (signal: AbortSignal) => Promise<unknown>): Promise<number> => {
  const controller = new AbortController();
  let endedAt = Number.NaN;
  const ended = call(controller.signal).then(
    () => Promise.reject(new Error("it was not aborted")),
    (error: unknown) => {
      endedAt = performance.now();
      return error;
    },
  );
  // By then the first attempt has failed, and the call sleeps.
  await sleep(5);
  const abortedAt = performance.now();
  controller.abort();
  const error = await ended;
  const isAbort = error instanceof SgpError ? error.reason._tag === "Aborted" : (error as Error).name === "AbortError";
  if (!isAbort) throw error;
  return endedAt - abortedAt;
};

const ways: ReadonlyArray<readonly [string, (signal: AbortSignal) => Promise<unknown>]> = [
  ["evalwire, a call in backoff", (signal) => patient().evaluations.retrieve("e1", { signal })],
  ["a timer given up", (signal) => sleep(30_000, undefined, { signal })],
];
const times = ways.map(() => [] as Array<number>);
for (let round = 0; round < rounds; round++) {
  for (const [index, [, call]] of ways.entries()) times[index]!.push(await aborted(call));
}

const sorted = times.map((each) => each.toSorted((one, other) => one - other));
const middle = sorted.map((each) => each[rounds >> 1]!);
table(
  ["from abort to rejection", "ms, the middle of 200", "the 95th of 100", "the longest", "of a timer given up"],
  ways.map(([name], index) => [
    name,
    middle[index]!,
    sorted[index]![Math.floor(rounds * 0.95)]!,
    sorted[index]!.at(-1)!,
    `${(middle[index]! / middle[1]!).toFixed(1)} ×`,
  ]),
);
hold([
  {
    question: "abort of a call in backoff, the longest of 200",
    figure: sorted[0]!.at(-1)!,
    unit: "ms",
    budget: { most: 5 },
  },
]);
