import type { MetricRecord, Scorer } from "@evalwire/metrics";
import type { WebWorker } from "@evalwire/metrics/corpus";
import { serveScores } from "@evalwire/metrics/src/corpus/serveScores.ts";
import { act, renderHook } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { type MetricScoresOptions, useMetricScores } from "../src/index.ts";

const record = (id: string, output: string): MetricRecord => ({
  id,
  test_case_data: { expected_output: "the cat sat on the mat" },
  test_case_output: { output },
});
const rouge1 = { components: [{ name: "overlap", type: "rouge1" }] };

/** A worker in this very thread: what it is sent and answers is cloned, as a worker's is. */
const fakeWorker = (): WebWorker & { isOver: boolean; posted: number } => {
  type Listener = (event: never) => void;
  const listeners = new Map<string, Listener>();
  let listen: (request: never) => void = () => undefined;
  serveScores({
    post: (answer) => queueMicrotask(() => listeners.get("message")?.({ data: structuredClone(answer) } as never)),
    listen: (listener) => {
      listen = listener as never;
    },
  });
  const worker = {
    isOver: false,
    posted: 0,
    postMessage: (message: unknown) => {
      worker.posted++;
      if (!worker.isOver) listen(structuredClone(message) as never);
    },
    addEventListener: (type: string, listener: Listener) => void listeners.set(type, listener),
    terminate: () => {
      worker.isOver = true;
    },
    fail: () => listeners.get("error")?.({ message: "not found" } as never),
  };
  return worker;
};

const done = (current: ReturnType<typeof useMetricScores>) => current.every(({ isPending }) => isPending !== true);

/** Renders until nothing is pending any more. */
const scored = async (hook: { readonly result: { readonly current: ReturnType<typeof useMetricScores> } }) => {
  for (let turn = 0; turn < 1_000 && !done(hook.result.current); turn++)
    await act(() => new Promise((resolve) => setImmediate(resolve)));
  return hook.result.current;
};

const ways: ReadonlyArray<readonly [string, () => MetricScoresOptions]> = [
  ["in the page's thread", () => ({ worker: false })],
  ["in a worker", () => ({ worker: fakeWorker })],
  [
    "where the worker dies at once",
    () => ({
      worker: () => {
        const worker = fakeWorker();
        queueMicrotask(() => (worker as unknown as { fail: () => void }).fail());
        return worker;
      },
    }),
  ],
  ["where there is no Worker", () => ({})],
];

describe.each(ways)("%s", (_, optionsOf) => {
  it("is pending, then the scores by key, with an error in the place of each record that cannot be scored", async () => {
    const options = optionsOf();
    const broken: MetricRecord = { id: "broken", test_case_output: { output: "text" } };
    const records = [record("same", "the cat sat on the mat"), broken, record("none", "a dog")];
    const hook = renderHook(() => useMetricScores(rouge1, records, options));
    expect(hook.result.current).toEqual([{ isPending: true }, { isPending: true }, { isPending: true }]);
    const [same, bad, none] = await scored(hook);
    expect([same, none]).toEqual([{ scores: { overlap: 1 } }, { scores: { overlap: 0 } }]);
    expect(bad?.error?.message).toContain('component "overlap"');
    expect(bad?.error?.message).toContain("record broken");
  });

  it("a configuration that is none says so for every record", async () => {
    const options = optionsOf();
    const records = [record("same", "the cat")];
    const hook = renderHook(() =>
      useMetricScores({ components: [{ name: "overlap", type: "rouge77" }] }, records, options),
    );
    expect((await scored(hook))[0]?.error?.message).toContain("rouge77");
  });
});

it("all components of one configuration share one worker, which ends with the last", async () => {
  const workers: Array<ReturnType<typeof fakeWorker>> = [];
  const options: MetricScoresOptions = {
    worker: () => {
      const worker = fakeWorker();
      workers.push(worker);
      return worker;
    },
  };
  const [first, second] = [[record("1", "the cat")], [record("2", "a dog")]];
  const one = renderHook(() => useMetricScores(rouge1, first, options));
  const other = renderHook(() => useMetricScores({ ...rouge1 }, second, options));
  await scored(one);
  await scored(other);
  expect(workers.length).toBe(1);
  one.unmount();
  await act(async () => undefined);
  expect(workers[0]!.isOver).toBe(false);
  other.unmount();
  await act(async () => undefined);
  expect(workers[0]!.isOver).toBe(true);
});

it("scores a record once, also when the list and the configuration are made again, with scorers of the page's own", async () => {
  const scoredTexts: Array<string> = [];
  const length: Scorer = {
    prepare: () => ({
      parts: [undefined],
      signatures: () => ["length"],
      score: ({ candidate }) => {
        scoredTexts.push(candidate);
        return [candidate.length];
      },
    }),
  };
  const options = { scorers: { length } };
  const [first, second] = [record("1", "one"), record("2", "three")];
  const hook = renderHook(
    ({ records }) => useMetricScores({ components: [{ name: "length", type: "length" }] }, records, options),
    { initialProps: { records: [first] } },
  );
  const [before] = await scored(hook);
  hook.rerender({ records: [first, second] });
  expect(await scored(hook)).toEqual([{ scores: { length: 3 } }, { scores: { length: 5 } }]);
  expect(hook.result.current[0]).toBe(before);
  expect(scoredTexts).toEqual(["one", "three"]);
});
