/** One metric of a `metric_config`: as it is written, and checked. */
import { nearest } from "../checkOptions.ts";
import type { Location } from "./locate.ts";
import { MetricError } from "./MetricError.ts";
import type { MetricOptions } from "./MetricOptions.ts";
import { Params, type Prepared, type Scorer } from "./Scorer.ts";
import { scorers } from "./scorers.ts";

/** A component, wire names. */
export interface MetricComponent {
  readonly name: string;
  /** `rouge`, `rouge1`, `rouge2`, `rougeL`, `bleu`, `meteor`, `cosine_similarity`, `f1`, or any registered type. */
  readonly type: string;
  /** `candidate` and `reference`, each a `data_loc` or a v5 locator; output and expected output when absent. */
  readonly mappings?: Readonly<Record<string, Location>> | null | undefined;
  readonly params?: Readonly<Record<string, unknown>> | null | undefined;
}

/** A component ready for any number of records. */
export interface Checked {
  readonly name: string;
  readonly candidate: Location;
  readonly reference: Location;
  readonly prepared: Prepared;
  readonly isLessBetter: boolean;
}

const usualPlaces = {
  candidate: ["test_case_output", "output"],
  reference: ["test_case_data", "expected_output"],
} as const;

const isLocation = (value: unknown): value is Location =>
  (typeof value === "string" && value !== "") ||
  (Array.isArray(value) && value.length > 0 && value.every((key) => typeof key === "string"));

/** A preset's params speak of its own implementation of a metric: with another one they mean nothing. */
const presetParams = (type: string, own: Readonly<Record<string, unknown>>, { preset = {} }: MetricOptions) => {
  const params = Object.hasOwn(preset, type) ? preset[type]! : {};
  const isOther = own.implementation !== undefined && own.implementation !== params.implementation;
  return isOther ? {} : params;
};

const scorerOf = (name: string, type: string, more: Readonly<Record<string, Scorer>> | undefined): Scorer => {
  if (more !== undefined && Object.hasOwn(more, type)) return more[type]!;
  if (Object.hasOwn(scorers, type)) return scorers[type]!;
  const known = Object.keys({ ...scorers, ...more });
  throw new MetricError({ _tag: "UnknownType", type, known }, { component: name });
};

const checkMappings = (name: string, mappings: Readonly<Record<string, unknown>>): void => {
  const refuse = (problem: string) => new MetricError({ _tag: "BadConfig", problem }, { component: name });
  for (const [mapping, place] of Object.entries(mappings)) {
    if (!Object.hasOwn(usualPlaces, mapping)) {
      throw refuse(`mapping ${JSON.stringify(mapping)} is not known: candidate and reference are`);
    }
    if (!isLocation(place)) {
      throw refuse(`mapping ${mapping} must be a list of keys, or a locator as item.answer`);
    }
  }
};

const names: ReadonlyArray<string> = ["name", "type", "mappings", "params"];

/** The platform may know more names than these; one that is nearly one of these is a mistake, and would silently do nothing. */
const checkNames = (component: string, given: object): void => {
  for (const key of Object.keys(given)) {
    if (names.includes(key)) continue;
    const meant = nearest(key, names);
    if (meant === undefined) continue;
    const problem = `${JSON.stringify(key)} is not known; did you mean ${meant}?`;
    throw new MetricError({ _tag: "BadConfig", problem }, { component });
  }
};

/** @throws MetricError naming the component, or its place when it has no name */
export const check = (component: MetricComponent, index: number, options: MetricOptions): Checked => {
  const named = typeof component?.name === "string" && component.name !== "";
  const name = named ? component.name : `components[${index}]`;
  if (!named) throw new MetricError({ _tag: "BadConfig", problem: "needs a name" }, { component: name });
  checkNames(name, component);
  const mappings = component.mappings ?? {};
  checkMappings(name, mappings);
  const scorer = scorerOf(name, component.type, options.scorers);
  const own = component.params ?? {};
  const params = new Params(own, name, presetParams(component.type, own, options));
  const prepared = scorer.prepare(params, options.providers ?? {});
  params.finish();
  return {
    name,
    candidate: mappings.candidate ?? usualPlaces.candidate,
    reference: mappings.reference ?? usualPlaces.reference,
    prepared,
    isLessBetter: scorer.isLessBetter ?? false,
  };
};
