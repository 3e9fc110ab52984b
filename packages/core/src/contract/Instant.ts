/**
 * An instant as the platform writes it: ISO 8601 text such as `2023-11-07T05:31:56Z`, kept as text.
 *
 * Promise: what `Instant` accepts, `epochMillis` turns into a finite number, on every engine the same.
 */
import * as Schema from "./Schema.ts";

const zero = 0x30;
const nine = 0x39;
const dash = 0x2d;
const plus = 0x2b;
const dot = 0x2e;
const colon = 0x3a;
const T = 0x54;
const Z = 0x5a;

/** The number that two digits at `at` write; -1 where they are none. */
const two = (text: string, at: number): number => {
  const tens = text.charCodeAt(at);
  const ones = text.charCodeAt(at + 1);
  const areDigits = tens >= zero && tens <= nine && ones >= zero && ones <= nine;
  return areDigits ? (tens - zero) * 10 + ones - zero : -1;
};

const isUpTo = (most: number, text: string, at: number): boolean => {
  const number = two(text, at);
  return number >= 0 && number <= most;
};

const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const daysOf = (month: number, year: number): number => {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};

const startsWithDate = (text: string): boolean => {
  const century = two(text, 0);
  const year = two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  if (century < 0 || year < 0 || month < 1 || month > 12 || day < 1) return false;
  if (text.charCodeAt(4) !== dash || text.charCodeAt(7) !== dash) return false;
  return day <= 28 || day <= daysOf(month, century * 100 + year);
};

/** Where the time that begins at 11 ends: to the minute, the second or finer; -1 when there is none. */
const endOfTime = (text: string): number => {
  if (!isUpTo(23, text, 11) || text.charCodeAt(13) !== colon || !isUpTo(59, text, 14)) return -1;
  if (text.charCodeAt(16) !== colon) return 16;
  if (!isUpTo(59, text, 17)) return -1;
  if (text.charCodeAt(19) !== dot) return 19;
  let at = 20;
  while (text.charCodeAt(at) >= zero && text.charCodeAt(at) <= nine) at++;
  return at > 20 ? at : -1;
};

/** Whether the text ends at `at`, or with `Z` or an offset from there. */
const endsWithZone = (text: string, at: number): boolean => {
  if (text.length === at) return true;
  const sign = text.charCodeAt(at);
  if (sign === Z) return text.length === at + 1;
  if (text.length !== at + 6 || (sign !== plus && sign !== dash)) return false;
  return isUpTo(23, text, at + 1) && text.charCodeAt(at + 3) === colon && isUpTo(59, text, at + 4);
};

/**
 * Whether `text` is ISO 8601 and names a date that exists: 30 February does not. One pass, without a regular expression, which
 * takes twice as long where an answer has tens of thousands of instants.
 */
export const isInstant = (text: string): boolean => {
  if (text.charCodeAt(10) !== T || !startsWithDate(text)) return false;
  const end = endOfTime(text);
  return end > 0 && endsWithZone(text, end);
};

/** ISO 8601 text that names a real date and time; without an offset it means UTC, as the platform's Python does. */
export const Instant: Schema.Codec<string> = Schema.make({
  kind: "text",
  format: {
    name: "date-time",
    expected: "an ISO 8601 date and time",
    test: isInstant,
    examples: "^20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|1\\d|2[0-8])T[01]\\d:[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?Z$",
  },
});

const hasOffset = /(Z|[+-]\d\d:\d\d)$/;

/**
 * Milliseconds since 1970-01-01T00:00:00Z of an {@link Instant}; `NaN` for any other text.
 *
 * @example
 * ```ts
 * import { Instant } from "@evalwire/core/contract";
 *
 * Instant.epochMillis("1970-01-01T00:00:01Z"); // => 1000
 * Instant.epochMillis("1970-01-01T00:00:01.250000"); // => 1250
 * ```
 */
export const epochMillis = (text: string): number =>
  isInstant(text) ? Date.parse(hasOffset.test(text) ? text : `${text}Z`) : Number.NaN;
