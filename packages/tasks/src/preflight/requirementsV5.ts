/**
 * The assumptions of a v5 evaluation: the locators in its tasks, their aliases, and question ids.
 *
 * A locator may name a column of the data or, by its alias, what an earlier task gives.
 */
import * as Predicate from "effect/Predicate";
import { type Fault, listOf, type Requirement, type Requirements } from "./Requirement.ts";

const whole = /^item\.(\S+)$/;
const inBraces = /\{\{([^{}]*)\}\}/g;

/** The paths of the locators in a text: `item.answer` by itself, or in double braces, whose content is trimmed after it is found, in linear time. */
const paths = (text: string): ReadonlyArray<string> => {
  const path = whole.exec(text)?.[1];
  if (path !== undefined) return [path];
  return [...text.matchAll(inBraces)].flatMap(([, inside]) => /^item\.(.+)$/s.exec(inside!.trim())?.[1] ?? []);
};

/** The texts in a configuration that are locators or hold some, with where they stand; code is no locator. */
const locators = function* (value: unknown, at: string): Generator<readonly [at: string, text: string]> {
  if (typeof value === "string") {
    if (paths(value).length > 0) yield [at, value];
  } else if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) yield* locators(one, `${at}[${index}]`);
  } else if (Predicate.isObject(value)) {
    for (const [name, one] of Object.entries(value))
      if (name !== "function_source") yield* locators(one, `${at}.${name}`);
  }
};

/** The first step of every path in a locator: a column, or an alias. */
const columns = (text: string): ReadonlyArray<string> => paths(text).map((path) => path.split(".")[0]!);

/** The column a task's results go to, by its alias or its type's usual one. */
const aliasesOf = (task: Readonly<Record<string, unknown>>): ReadonlyArray<string> => {
  const { task_type: type, alias } = task;
  const configuration = Predicate.isObject(task["configuration"]) ? task["configuration"] : {};
  const outputs = listOf(configuration["outputs"]).flatMap((output) => {
    if (!Predicate.isObject(output)) return [];
    return [String(output["alias"] ?? String(output["path"]).replaceAll(".", "_"))];
  });
  if (typeof alias === "string" && alias !== "") return [alias, ...outputs];
  if (type === "metric") return [String(configuration["type"])];
  if (type !== "custom_function") return [String(type).replaceAll(".", "_")];
  const name = /\bdef\s+(\w+)/.exec(String(configuration["function_source"] ?? ""))?.[1];
  return [...(name === undefined ? [] : [name]), ...outputs];
};

/** @param questions the ids of the questions there are; not checked when left out */
export const requirementsV5 = (
  evaluation: Readonly<Record<string, unknown>>,
  questions: ReadonlySet<string> | undefined,
): Requirements => {
  const places: Array<Requirement> = [];
  const faults: Array<Fault> = [];
  const tasks = listOf(evaluation["tasks"]).map((task) => (Predicate.isObject(task) ? task : {}));
  const all = new Map<string, number>();
  tasks.forEach((task, index) => {
    for (const alias of aliasesOf(task)) {
      const earlier = all.get(alias);
      if (earlier === undefined) all.set(alias, index);
      else {
        const message = `${alias} is the alias of tasks[${earlier}] already`;
        faults.push({ kind: "alias", at: `tasks[${index}]`, message });
      }
    }
  });
  tasks.forEach((task, index) => {
    const at = `tasks[${index}].configuration`;
    const { configuration } = task;
    if (!Predicate.isObject(configuration)) return;
    const question = configuration["question_id"];
    if (typeof question === "string" && questions !== undefined && !questions.has(question)) {
      faults.push({ kind: "question", at: `${at}.question_id`, message: `there is no question ${question}` });
    }
    for (const name of task["task_type"] === "metric" ? ["candidate", "reference"] : []) {
      const text = configuration[name];
      if (typeof text === "string" && paths(text).length > 0) continue;
      faults.push({
        kind: "locator",
        at: `${at}.${name}`,
        message: `is no locator, such as item.answer: ${JSON.stringify(text)}`,
      });
    }
    for (const [place, text] of locators(configuration, at)) {
      const later = columns(text).find((column) => (all.get(column) ?? -1) >= index);
      const isEarlier = columns(text).every((column) => (all.get(column) ?? index) < index);
      if (later !== undefined) {
        const owner = all.get(later)!;
        const whose = owner === index ? "itself" : `tasks[${owner}], which comes later`;
        faults.push({ kind: "order", at: place, message: `reads ${later}, which is given by ${whose}` });
      } else if (!isEarlier) places.push({ kind: "locator", at: place, location: text });
    }
  });
  return { places, faults };
};
