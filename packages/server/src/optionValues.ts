/** Values of options, checked where they are given: one that cannot be is refused before anything is opened. */
import * as Predicate from "effect/Predicate";

export interface Rule {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

export const wholeNumber = (least: number, most: number): Rule => ({
  expected: `a whole number from ${least} to ${most}`,
  accepts: (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
});

export const seconds = (least: number, most: number): Rule => ({
  expected: `a number of seconds from ${least} to ${most}`,
  accepts: (value) => typeof value === "number" && value >= least && value <= most,
});

export const bytes: Rule = {
  expected: "a whole number of bytes, or Infinity",
  accepts: (value) => value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 0),
};

export const aFunction: Rule = { expected: "a function", accepts: (value) => typeof value === "function" };

export const anObject: Rule = { expected: "an object", accepts: Predicate.isObject };

export const id: Rule = {
  expected: "an id: a text that is not empty",
  accepts: (value) => typeof value === "string" && value !== "",
};

/** A value as a sentence quotes it. */
const quoted = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? (Array.isArray(value) ? "a list" : "an object") : String(value);
};

/** Throws a TypeError that names the first option whose value breaks its rule; options that are not given break none. */
export const check = <Options extends object>(
  who: string,
  options: Options,
  rules: { readonly [Name in keyof Options]?: Rule },
): void => {
  for (const [name, rule] of Object.entries(rules) as ReadonlyArray<[string, Rule]>) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value === undefined || rule.accepts(value)) continue;
    throw new TypeError(`${who}: ${name} must be ${rule.expected}, not ${quoted(value)}`);
  }
};
