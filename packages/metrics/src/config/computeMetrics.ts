/**
 * `metric_config` (v4) and `metric` tasks (v5), computed locally.
 *
 * The platform does not document how the keys of its `metrics` map are formed, nor the names of the mappings, nor several choices of
 * its scorers: those made here are options with stated defaults (docs/assumptions.md).
 */
import { checkOptions } from "../checkOptions.ts";
import type { CorpusMetric } from "../Pairs.ts";
import { type Location, locate, type MetricRecord, spell, textOf } from "./locate.ts";
import * as Component from "./MetricComponent.ts";
import { MetricError } from "./MetricError.ts";
import { type MetricOptions, metricNames } from "./MetricOptions.ts";
import type { Texts } from "./Scorer.ts";

/** A `metric_config`, wire names. */
export interface MetricConfig {
  readonly components: ReadonlyArray<Component.MetricComponent>;
}

/** A number with where it comes from. */
export interface Metric {
  readonly key: string;
  readonly component: string;
  /** Distinguishes the numbers of one component (`rouge1`, `rouge2`); absent where it has one. */
  readonly part: string | undefined;
  readonly value: number;
  /** The choices behind the number, in one line. */
  readonly signature: string;
}

/** A checked `metric_config`: ready for any number of records. */
export interface MetricPlan {
  /** The keys of a result, in order. */
  readonly keys: ReadonlyArray<string>;
  /** Those of them of which less is better, as their scorers say. */
  readonly lessIsBetter: ReadonlySet<string>;
  /** The components left out because a provider is missing, with `unavailable: "omit"`. */
  readonly omitted: ReadonlyArray<MetricError>;
  /** The numbers of a record. @throws MetricError when a mapping leads nowhere or to no text, or a scorer is asynchronous */
  readonly measure: (record: MetricRecord) => ReadonlyArray<Metric>;
  /** The same, asynchronous scorers included. */
  readonly measureAsync: (record: MetricRecord) => Promise<ReadonlyArray<Metric>>;
  /** First half of `measure`: the texts of a record, once for all components that read the same places. @throws MetricError */
  readonly read: (record: MetricRecord) => ReadonlyArray<Texts>;
  /** Second half, which another thread may do: the numbers of the texts, key by key. A promise where a scorer is asynchronous. */
  readonly score: (texts: ReadonlyArray<Texts>) => ReadonlyArray<number> | Promise<ReadonlyArray<number>>;
  /**
   * By key, what scores a whole corpus where that is more than a mean, and which of the texts that were read it takes. Add up
   * `metric.countsOf(texts[place])` and give the sums to `metric.scoreOf`.
   */
  readonly corpora: ReadonlyMap<string, { readonly metric: CorpusMetric; readonly place: number }>;
  /** The components that see nothing of these texts: one has letters, and none of the tokens that are compared. */
  readonly withoutTokens: (texts: ReadonlyArray<Texts>) => ReadonlyArray<string>;
  /** Their signatures, key by key: the same list for all records whose texts have equally many references. */
  readonly signatures: (texts: ReadonlyArray<Texts>) => ReadonlyArray<string>;
}

/** A v5 `metric` task, wire names. */
export interface MetricTask {
  /** The column of the score; the metric's type when absent. */
  readonly alias?: string | null | undefined;
  readonly configuration: { readonly type: string; readonly candidate: string; readonly reference: string };
}

/**
 * The `metric_config` of v5 `metric` tasks: one component each, named by its alias.
 *
 * @example
 * ```ts
 * import { computeMetrics, configOfTasks } from "@evalwire/metrics";
 *
 * const task = { alias: "overlap", configuration: { type: "rouge1", candidate: "item.answer", reference: "item.wanted" } };
 * computeMetrics(configOfTasks([task]), { item: { answer: "a b", wanted: "a c" } }); // => { overlap: 0.5 }
 * ```
 */
export const configOfTasks = (tasks: Iterable<MetricTask>): MetricConfig => ({
  components: Array.from(tasks, ({ alias, configuration: { type, candidate, reference } }) => ({
    name: alias ?? type,
    type,
    mappings: { candidate, reference },
  })),
});

const nameThenPart = (name: string, part: string | undefined): string =>
  part === undefined ? name : `${name}/${part}`;

const kindOf = (value: unknown): string =>
  value === null
    ? "null"
    : Array.isArray(value)
      ? value.length === 0
        ? "an empty list"
        : "a list"
      : typeof value === "object"
        ? "an object"
        : typeof value;

/** Where a component reads its texts. Components that read the same places share one. */
interface Places {
  readonly candidate: Location;
  readonly reference: Location;
  /** The first component that reads there: errors name it. */
  readonly component: string;
}

type Side = "candidate" | "reference";

const valueAt = (places: Places, mapping: Side, record: MetricRecord): unknown => {
  const located = locate(places[mapping], record);
  if (located.found) return located.value;
  const reason = { _tag: "Missing", mapping, path: spell(places[mapping]), missing: located.missing } as const;
  throw new MetricError(reason, { component: places.component, record: record.id });
};

const checkText = (places: Places, mapping: Side, value: unknown, record: MetricRecord): string => {
  const text = textOf(value);
  if (text !== undefined) return text;
  const reason = { _tag: "NotText", mapping, path: spell(places[mapping]), kind: kindOf(value) } as const;
  throw new MetricError(reason, { component: places.component, record: record.id });
};

const textsAt = (places: Places, record: MetricRecord): Texts => {
  const candidate = checkText(places, "candidate", valueAt(places, "candidate", record), record);
  const found = valueAt(places, "reference", record);
  // Several references are given as a list of texts.
  const several = Array.isArray(found) && found.length > 0 ? found : [found];
  return { candidate, references: several.map((one) => checkText(places, "reference", one, record)) };
};

const checkAll = (config: MetricConfig, options: MetricOptions) => {
  if (!Array.isArray(config?.components)) {
    throw new MetricError({ _tag: "BadConfig", problem: "needs a list of components" });
  }
  const steps: Array<Component.Checked> = [];
  const omitted: Array<MetricError> = [];
  config.components.forEach((component, index) => {
    try {
      steps.push(Component.check(component, index, options));
    } catch (error) {
      const isMissing = error instanceof MetricError && error.reason._tag === "Unavailable";
      if (!isMissing || options.unavailable !== "omit") throw error;
      omitted.push(error);
    }
  });
  return { steps, omitted };
};

/** Lists of signatures kept: one for each way in which the numbers of references occur together. */
const signaturesKept = 256;

/**
 * Checks a `metric_config` once, for any number of records.
 *
 * @throws MetricError naming the component: unknown type, bad mapping, bad or unknown param, missing provider, a key given twice
 */
export const planMetrics = (config: MetricConfig, options: MetricOptions = {}): MetricPlan => {
  checkOptions("planMetrics", options, metricNames);
  const { steps, omitted } = checkAll(config, options);
  const keyOf = options.key ?? nameThenPart;
  const keysOf = (step: Component.Checked) => step.prepared.parts.map((part) => keyOf(step.name, part));
  const keys = steps.flatMap(keysOf);
  const lessIsBetter = new Set(steps.filter(({ isLessBetter }) => isLessBetter).flatMap(keysOf));
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) {
    throw new MetricError({ _tag: "BadConfig", problem: `two results would have the key ${JSON.stringify(twice)}` });
  }
  const places = new Map<string, Places & { readonly index: number }>();
  const placesOf = steps.map(({ name, candidate, reference }) => {
    const spelled = JSON.stringify([candidate, reference]);
    if (!places.has(spelled)) places.set(spelled, { candidate, reference, component: name, index: places.size });
    return places.get(spelled)!.index;
  });
  const origins = steps.flatMap(({ name, prepared }) => prepared.parts.map((part) => ({ component: name, part })));
  const distinctPlaces = [...places.values()];
  const read = (record: MetricRecord) => distinctPlaces.map((place) => textsAt(place, record));
  const score = (texts: ReadonlyArray<Texts>) => {
    const results = steps.map((step, index) => step.prepared.score(texts[placesOf[index]!]!));
    if (results.length === 1) return results[0]!;
    return results.some((result) => result instanceof Promise)
      ? Promise.all(results).then((all) => all.flat())
      : (results as ReadonlyArray<ReadonlyArray<number>>).flat();
  };
  const known = new Map<string | number, ReadonlyArray<string>>();
  const signatures = (texts: ReadonlyArray<Texts>) => {
    const [first] = texts;
    // A number names what most records are: texts of one place.
    const name =
      texts.length === 1 ? first!.references.length : texts.map(({ references }) => references.length).join();
    let found = known.get(name);
    if (found === undefined) {
      const counts = texts.map(({ references }) => references.length);
      found = steps.flatMap((step, index) => step.prepared.signatures(counts[placesOf[index]!]!));
      if (known.size >= signaturesKept) known.clear();
      known.set(name, found);
    }
    return found;
  };
  const keyed = (values: ReadonlyArray<number>, texts: ReadonlyArray<Texts>) => {
    const behind = signatures(texts);
    return keys.map((key, at): Metric => ({ ...origins[at]!, key, value: values[at]!, signature: behind[at]! }));
  };
  const measure = (record: MetricRecord) => {
    const texts = read(record);
    const values = score(texts);
    if (!(values instanceof Promise)) return keyed(values, texts);
    values.catch(() => {}); // Prevent an unhandled rejection; the error is thrown below.
    const what = "a scorer is asynchronous: use computeMetricsAsync";
    throw new MetricError({ _tag: "Unavailable", what }, { record: record.id });
  };
  const measureAsync = async (record: MetricRecord) => {
    const texts = read(record);
    return keyed(await score(texts), texts);
  };
  const corpora = new Map(
    steps.flatMap((step, index) => {
      const metrics = step.prepared.corpora ?? [];
      const keys = keysOf(step);
      return metrics.map((metric, part) => [keys[part]!, { metric, place: placesOf[index]! }] as const);
    }),
  );
  const withoutTokens = (texts: ReadonlyArray<Texts>) => {
    const blind: Array<string> = [];
    for (const [index, { name, prepared }] of steps.entries()) {
      const { hasTokens } = prepared;
      if (hasTokens === undefined) continue;
      const { candidate, references } = texts[placesOf[index]!]!;
      const isUnseen = (text: string) => !hasTokens(text) && /\p{L}/u.test(text);
      if (isUnseen(candidate) || references.some(isUnseen)) blind.push(name);
    }
    return blind;
  };
  return { keys, withoutTokens, corpora, lessIsBetter, omitted, measure, measureAsync, read, score, signatures };
};

const byKey = (metrics: ReadonlyArray<Metric>): Record<string, number> =>
  Object.fromEntries(metrics.map(({ key, value }) => [key, value]));

/**
 * The numbers of one record under a `metric_config`, by key: the component's name, and `name/rouge1` where a component gives several.
 *
 * @param config the `metric_config`
 * @param record the texts: `test_case_data`, `test_case_output`, `trace`, or a v5 `item`
 * @throws MetricError naming component, mapping, path and record
 *
 * @example
 * ```ts
 * import { computeMetrics } from "@evalwire/metrics";
 *
 * const config = { components: [{ name: "overlap", type: "rouge", params: { score_types: ["rouge1", "rougeL"] } }] };
 * const record = { test_case_data: { expected_output: "police kill the gunman" }, test_case_output: { output: "the gunman kill police" } };
 * computeMetrics(config, record); // => { "overlap/rouge1": 1, "overlap/rougeL": 0.5 }
 * ```
 */
export const computeMetrics = (
  config: MetricConfig,
  record: MetricRecord,
  options?: MetricOptions,
): Record<string, number> => byKey(planMetrics(config, options).measure(record));

/** `computeMetrics` for configurations with asynchronous scorers, such as embeddings. */
export const computeMetricsAsync = async (
  config: MetricConfig,
  record: MetricRecord,
  options?: MetricOptions,
): Promise<Record<string, number>> => byKey(await planMetrics(config, options).measureAsync(record));
