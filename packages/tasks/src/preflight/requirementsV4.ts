/** The assumptions of a v4 evaluation: layouts, metric mappings, variables of LLM prompts, and question ids. */
import * as Predicate from "effect/Predicate";
import { type Fault, listOf, type Requirement, type Requirements } from "./Requirement.ts";

const isPath = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((key) => typeof key === "string");

/** The names in a template's placeholders, `{{name}}` or `{name}`; which of the two the platform means is not documented. */
const placeholders = (template: string): ReadonlyArray<string> =>
  [...template.matchAll(/\{\{\s*([\w.]+)\s*\}\}|\{([\w.]+)\}/g)].map((match) => (match[1] ?? match[2])!);

interface Found {
  readonly places: Array<Requirement>;
  readonly faults: Array<Fault>;
}

const addPlace = ({ places, faults }: Found, kind: Requirement["kind"], at: string, item: unknown): void => {
  if (!Predicate.isObject(item)) return;
  const path = item["data_loc"];
  if (!isPath(path) || path.length === 0) {
    faults.push({
      kind: kind === "variable" ? "variable" : "locator",
      at: `${at}.data_loc`,
      message: "names no place",
    });
  } else if (item["optional"] !== true) places.push({ kind, at: `${at}.data_loc`, location: path });
};

const ofLayout = (found: Found, layout: unknown, at: string): void => {
  if (!Predicate.isObject(layout)) return;
  for (const [row, items] of listOf(layout["components"]).entries()) {
    for (const [column, item] of listOf(items).entries()) {
      addPlace(found, "data_loc", `${at}.components[${row}][${column}]`, item);
    }
  }
  for (const [name, path] of Object.entries(layout)) {
    if (name.endsWith("_loc") && isPath(path))
      found.places.push({ kind: "data_loc", at: `${at}.${name}`, location: path });
  }
  const prompt = layout["llm_prompt"];
  if (!Predicate.isObject(prompt)) return;
  const variables = listOf(prompt["variables"]);
  for (const [index, one] of variables.entries())
    addPlace(found, "variable", `${at}.llm_prompt.variables[${index}]`, one);
  const declared = new Set(variables.flatMap((one) => (Predicate.isObject(one) ? [one["name"]] : [])));
  const template = typeof prompt["template"] === "string" ? prompt["template"] : "";
  for (const name of new Set(placeholders(template))) {
    if (declared.has(name)) continue;
    const message = `names the variable ${name}, which is not declared`;
    found.faults.push({ kind: "variable", at: `${at}.llm_prompt.template`, message });
  }
};

const ofMetrics = ({ places, faults }: Found, config: unknown): void => {
  if (!Predicate.isObject(config)) return;
  const names = new Set<unknown>();
  for (const [index, component] of listOf(config["components"]).entries()) {
    if (!Predicate.isObject(component)) continue;
    const at = `metric_config.components[${index}]`;
    if (names.has(component["name"])) {
      faults.push({
        kind: "alias",
        at: `${at}.name`,
        message: `${String(component["name"])} is the name of an earlier metric`,
      });
    }
    names.add(component["name"]);
    const mappings = Predicate.isObject(component["mappings"]) ? component["mappings"] : {};
    for (const name of ["candidate", "reference"]) {
      if (!(name in mappings)) faults.push({ kind: "mapping", at: `${at}.mappings`, message: `has no ${name}` });
    }
    for (const [name, path] of Object.entries(mappings)) {
      const place = `${at}.mappings.${name}`;
      if (isPath(path) && path.length > 0) places.push({ kind: "mapping", at: place, location: path });
      else faults.push({ kind: "mapping", at: place, message: "names no place" });
    }
  }
};

/** @param questions the ids of the questions that are asked; not checked when left out */
export const requirementsV4 = (
  evaluation: Readonly<Record<string, unknown>>,
  questions: ReadonlySet<string> | undefined,
): Requirements => {
  const found: Found = { places: [], faults: [] };
  ofLayout(found, evaluation["annotation_config"], "annotation_config");
  const byQuestion = evaluation["question_id_to_annotation_config"];
  for (const [id, layout] of Object.entries(Predicate.isObject(byQuestion) ? byQuestion : {})) {
    const at = `question_id_to_annotation_config.${id}`;
    if (questions !== undefined && !questions.has(id)) {
      found.faults.push({ kind: "question", at, message: `question ${id} is not asked` });
    }
    ofLayout(found, layout, at);
  }
  ofMetrics(found, evaluation["metric_config"]);
  return found;
};
