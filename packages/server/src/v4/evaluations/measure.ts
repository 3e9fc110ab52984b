/** The metrics of an evaluation's `metric_config`, computed here when a result is made. */
import type { MetricConfig } from "@evalwire/core/contract";
import { MetricError, type MetricRecord } from "@evalwire/metrics";
import * as Effect from "effect/Effect";
import type { Steps } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import { invalid, type Refusal } from "../../http/Refusal.ts";
import { Policy } from "../../Policy.ts";
import { planOf } from "../../planOf.ts";

/** Metric keys to numbers. */
export type Metrics = Readonly<Record<string, number>>;

/** A config that cannot be computed is a client error; anything else is a defect. */
const refusalOf =
  (loc: ReadonlyArray<string | number>) =>
  (error: unknown): Refusal => {
    if (error instanceof MetricError) return invalid(Detail.value(loc, error.message));
    throw error;
  };

/** The numbers of each record, in order. Other requests that need no store get their turn between two records. 422 at `loc` naming component, mapping, path and test case when one has none. */
export const measure = Effect.fnUntraced(function* (
  config: MetricConfig.MetricConfig | null | undefined,
  records: ReadonlyArray<MetricRecord>,
  loc: ReadonlyArray<string | number>,
): Steps<ReadonlyArray<Metrics>> {
  if (config === null || config === undefined) return records.map(() => ({}));
  const { metrics } = yield* Policy;
  const plan = yield* Effect.try({
    try: () => planOf(config, metrics),
    catch: refusalOf(loc),
  });
  const measured: Array<Metrics> = [];
  for (const record of records) {
    if (measured.length > 0) yield* Effect.yieldNow;
    const numbers = yield* Effect.tryPromise({ try: () => plan.measureAsync(record), catch: refusalOf(loc) });
    measured.push(Object.fromEntries(numbers.map(({ key, value }) => [key, value])));
  }
  return measured;
});
