/**
 * `metric_config` (v4) and `metric` task configurations (v5), computed locally.
 *
 * The platform does not document how the keys of its `metrics` map are formed, nor the names of the mappings; both are options here
 * with stated defaults (docs/assumptions.md).
 */
import { type Location, locate, type MetricRecord, spell, textOf } from "./locate.ts";
import { MetricError } from "./MetricError.ts";
import { type Measurement, Params, type Prepared, type Providers, type Scorer } from "./Scorer.ts";
import { scorers } from "./scorers.ts";

/** One metric of a `metric_config`, wire names. */
export interface MetricComponent {
  readonly name: string;
  /** `rouge`, `rouge1`, `rouge2`, `rougeL`, `bleu`, `meteor`, `cosine_similarity`, `f1`, or any registered type. */
  readonly type: string;
  /** `candidate` and `reference`, each a `data_loc` or a v5 locator; output and expected output when absent. */
  readonly mappings?: Readonly<Record<string, Location>> | null | undefined;
  readonly params?: Readonly<Record<string, unknown>> | null | undefined;
}

/** A `metric_config`, wire names. */
export interface MetricConfig {
  readonly components: ReadonlyArray<MetricComponent>;
}

export interface MetricOptions {
  /** More scorers by type; one of the same type as ours replaces it. */
  readonly scorers?: Readonly<Record<string, Scorer>> | undefined;
  /** How a result's key is formed from the component's name and, where a component gives several numbers, the part; `name/part` when absent. */
  readonly key?: ((name: string, part: string | undefined) => string) | undefined;
  /** Word data, sentence splitting, embeddings. */
  readonly providers?: Providers | undefined;
}

/** A number with where it comes from. */
export interface Metric extends Measurement {
  readonly key: string;
  readonly component: string;
}

/** A checked `metric_config`: ready for any number of records. */
export interface MetricPlan {
  /** The keys of a result, in order. */
  readonly keys: ReadonlyArray<string>;
  /** The numbers of a record. @throws MetricError when a mapping leads nowhere or a scorer is asynchronous */
  readonly measure: (record: MetricRecord) => ReadonlyArray<Metric>;
  /** The same, asynchronous scorers included. */
  readonly measureAsync: (record: MetricRecord) => Promise<ReadonlyArray<Metric>>;
}

interface Step {
  readonly component: string;
  readonly candidate: Location;
  readonly reference: Location;
  readonly prepared: Prepared;
}

const nameThenPart = (name: string, part: string | undefined): string =>
  part === undefined ? name : `${name}/${part}`;

const defaults = {
  candidate: ["test_case_output", "output"],
  reference: ["test_case_data", "expected_output"],
} as const;

const isLocation = (value: unknown): value is Location =>
  (typeof value === "string" && value !== "") ||
  (Array.isArray(value) && value.length > 0 && value.every((key) => typeof key === "string"));

const kindOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : typeof value;

const readComponent = (component: MetricComponent, index: number, options: MetricOptions): Step => {
  const named = typeof component?.name === "string" && component.name !== "";
  const name = named ? component.name : `components[${index}]`;
  const refuse = (problem: string) => new MetricError({ _tag: "BadConfig", problem }, { component: name });
  if (!named) throw refuse("needs a name");
  const mappings = component.mappings ?? {};
  for (const mapping of Object.keys(mappings)) {
    if (mapping !== "candidate" && mapping !== "reference") {
      throw refuse(`mapping ${JSON.stringify(mapping)} is not known; known are candidate, reference`);
    }
    if (!isLocation(mappings[mapping])) {
      throw refuse(`mapping ${mapping} must be a list of keys or a locator such as item.answer`);
    }
  }
  const known = { ...scorers, ...options.scorers };
  if (!Object.hasOwn(known, component.type)) {
    const reason = { _tag: "UnknownType", type: component.type, known: Object.keys(known) } as const;
    throw new MetricError(reason, { component: name });
  }
  const params = new Params(component.params ?? {}, name);
  const prepared = known[component.type]!.prepare(params, options.providers ?? {});
  params.finish();
  return {
    component: name,
    candidate: mappings.candidate ?? defaults.candidate,
    reference: mappings.reference ?? defaults.reference,
    prepared,
  };
};

const textAt = (step: Step, mapping: "candidate" | "reference", record: MetricRecord): unknown => {
  const located = locate(step[mapping], record);
  if (located.found) return located.value;
  const reason = { _tag: "Missing", mapping, path: spell(step[mapping]), missing: located.missing } as const;
  throw new MetricError(reason, { component: step.component, record: record.id });
};

const textsOf = (step: Step, record: MetricRecord) => {
  const check = (mapping: "candidate" | "reference", value: unknown): string => {
    const text = textOf(value);
    if (text !== undefined) return text;
    const reason = { _tag: "NotText", mapping, path: spell(step[mapping]), kind: kindOf(value) } as const;
    throw new MetricError(reason, { component: step.component, record: record.id });
  };
  const candidate = check("candidate", textAt(step, "candidate", record));
  const found = textAt(step, "reference", record);
  // Several references are given as a list of texts.
  const several = Array.isArray(found) && found.length > 0 ? found : [found];
  return { candidate, references: several.map((one) => check("reference", one)) };
};

/**
 * Checks a `metric_config` once, for any number of records.
 *
 * @throws MetricError naming the component: unknown type, bad mapping, bad or unknown param, a key given twice
 */
export const planMetrics = (config: MetricConfig, options: MetricOptions = {}): MetricPlan => {
  if (!Array.isArray(config?.components))
    throw new MetricError({ _tag: "BadConfig", problem: "needs a list of components" });
  const steps = config.components.map((component, index) => readComponent(component, index, options));
  const keyOf = options.key ?? nameThenPart;
  const keys = steps.flatMap((step) => step.prepared.parts.map((part) => keyOf(step.component, part)));
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) {
    throw new MetricError({ _tag: "BadConfig", problem: `two results would have the key ${JSON.stringify(twice)}` });
  }
  const name = (step: Step, measurements: ReadonlyArray<Measurement>) =>
    measurements.map((one): Metric => ({ ...one, key: keyOf(step.component, one.part), component: step.component }));
  return {
    keys,
    measure: (record) =>
      steps.flatMap((step) => {
        const result = step.prepared.score(textsOf(step, record));
        if (!(result instanceof Promise)) return name(step, result);
        result.catch(() => {}); // Answered here: nobody awaits it.
        const what = "its scorer is asynchronous: use computeMetricsAsync";
        throw new MetricError({ _tag: "Unavailable", what }, { component: step.component, record: record.id });
      }),
    measureAsync: async (record) => {
      const all = await Promise.all(
        steps.map(async (step) => name(step, await step.prepared.score(textsOf(step, record)))),
      );
      return all.flat();
    },
  };
};

const flat = (metrics: ReadonlyArray<Metric>): Record<string, number> =>
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
): Record<string, number> => flat(planMetrics(config, options).measure(record));

/** `computeMetrics` for configurations with asynchronous scorers, such as embeddings. */
export const computeMetricsAsync = async (
  config: MetricConfig,
  record: MetricRecord,
  options?: MetricOptions,
): Promise<Record<string, number>> => flat(await planMetrics(config, options).measureAsync(record));
