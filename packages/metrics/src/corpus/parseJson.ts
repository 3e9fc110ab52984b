/**
 * JSON as data files have it, where `JSON.parse` would change what they say:
 *
 * 1. A number that a double does not give back as it is written (`9007199254740993`, `1.0`, `1e400`) becomes its own text.
 * 2. `NaN`, `Infinity` and `-Infinity`, which Python's `json` writes by default, can be read; they are not JSON.
 */

/** A number that may have to stay text: 16 digits or more, a fraction, an exponent, or minus zero. */
const suspect = /[:[,]\s*-?(?:\d{16}|\d{1,15}[.eE]|(?<=-)0)/;

const numbers = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const pythonWords = /-?\b(?:NaN|Infinity)\b/g;
const hasPythonWord = /[:[,]\s*-?(?:NaN|Infinity)\b/;

/** Marks a word of Python's on its way through `JSON.parse`; no text of a file can hold a bare control character. */
const mark = "\u0000";

/** Rewrites what stands outside of the strings of a JSON text. */
const outsideStrings = (text: string, rewrite: (part: string) => string): string => {
  const parts: Array<string> = [];
  let from = 0;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) break;
    parts.push(rewrite(text.slice(from, quote)));
    let end = quote;
    do {
      end = text.indexOf('"', end + 1);
    } while (end >= 0 && isEscaped(text, end));
    if (end < 0) return text;
    parts.push(text.slice(quote, end + 1));
    from = end + 1;
  }
  parts.push(rewrite(text.slice(from)));
  return parts.join("");
};

const isEscaped = (text: string, at: number): boolean => {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === 92) slashes++;
  return slashes % 2 === 1;
};

/** Digits behind a leading zero are no JSON: they stay as they are, for `JSON.parse` to refuse. */
const hasLeadingZero = /^-?0\d/;

const exact = (token: string): string =>
  String(Number(token)) === token || hasLeadingZero.test(token) ? token : `"${token}"`;

/** Values nested deeper than this are not searched. */
const searchedDepth = 8;

/** Whether there is a number in a parsed value, or may be one too deep to be searched for. */
const mayHoldNumber = (value: unknown, depth: number): boolean => {
  if (typeof value !== "object" || value === null) return typeof value === "number";
  if (depth === searchedDepth) return true;
  if (Array.isArray(value)) return value.some((one) => mayHoldNumber(one, depth + 1));
  // What JSON.parse makes has no keys but its own.
  for (const key in value) if (mayHoldNumber((value as Record<string, unknown>)[key], depth + 1)) return true;
  return false;
};

/**
 * The value of a JSON text; numbers that a double would change are given as text.
 *
 * @throws SyntaxError as `JSON.parse`
 * @example
 * ```ts
 * import { parseJson } from "@evalwire/metrics/corpus";
 *
 * parseJson('{"id":9007199254740993,"score":0.5,"version":1.0}'); // => { id: "9007199254740993", score: 0.5, version: "1.0" }
 * ```
 */
export const parseJson = (text: string): unknown => {
  const value: unknown = JSON.parse(text);
  // Most records are texts: what has no number takes no second look at the whole line.
  if (!mayHoldNumber(value, 0) || !suspect.test(text)) return value;
  const kept = outsideStrings(text, (part) => part.replace(numbers, exact));
  return kept === text ? value : JSON.parse(kept);
};

const wordOf: Readonly<Record<string, number>> = {
  [`${mark}NaN`]: Number.NaN,
  [`${mark}Infinity`]: Number.POSITIVE_INFINITY,
  [`${mark}-Infinity`]: Number.NEGATIVE_INFINITY,
};

/** Whether a text that is no JSON may be what Python's `json` writes. */
export const mayBePythonJson = (text: string): boolean => hasPythonWord.test(text);

/**
 * `parseJson` for what Python's `json.dumps` writes: NaN and the infinities are numbers.
 *
 * @throws SyntaxError as `JSON.parse`
 * @example
 * ```ts
 * import { parsePythonJson } from "@evalwire/metrics/corpus";
 *
 * parsePythonJson('{"score":NaN,"said":"NaN"}'); // => { score: Number.NaN, said: "NaN" }
 * ```
 */
export const parsePythonJson = (text: string): unknown => {
  const quoted = outsideStrings(text, (part) =>
    part.replace(numbers, exact).replace(pythonWords, (word) => JSON.stringify(`${mark}${word}`)),
  );
  return JSON.parse(quoted, (_, value: unknown) =>
    typeof value === "string" && value.charCodeAt(0) === 0 && Object.hasOwn(wordOf, value) ? wordOf[value] : value,
  );
};
