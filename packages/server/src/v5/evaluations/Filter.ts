/** Which evaluations a filter leaves: by a built-in (`status`, `tag`), or by a field of the metadata. */
import type { v5 } from "@evalwire/core/contract";

type Evaluation = v5.Evaluations.Evaluation;

/** Meaning of a filter's key: a built-in, or a field of the metadata. */
const valuesAt = (body: Evaluation, key: string): ReadonlyArray<unknown> => {
  if (key === "status") return [body.status];
  if (key === "tag") return body.tags;
  return Object.hasOwn(body.metadata ?? {}, key) ? [body.metadata?.[key]] : [];
};

const isNumber = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text));

/** Numbers are compared as numbers where both are such, texts by code units. */
const order = (value: unknown, asked: string): number => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (isNumber(text) && isNumber(asked)) return Number(text) - Number(asked);
  return text < asked ? -1 : text > asked ? 1 : 0;
};

/** Whether the evaluation has a value for which the filter's comparison is true; `!=` and `NOT_IN` also hold without one. */
export const holds = (body: Evaluation, { key, operator, value }: v5.Evaluations.Filter): boolean => {
  const values = valuesAt(body, key);
  const isOneOf = (asked: ReadonlyArray<string>) => values.some((one) => asked.some((each) => order(one, each) === 0));
  switch (operator) {
    case "==":
      return isOneOf([value]);
    case "!=":
      return !isOneOf([value]);
    case "IN":
      return isOneOf(value.split(","));
    case "NOT_IN":
      return !isOneOf(value.split(","));
    case ">=":
      return values.some((one) => order(one, value) >= 0);
    case "<=":
      return values.some((one) => order(one, value) <= 0);
    default:
      return false;
  }
};
