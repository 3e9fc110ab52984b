/**
 * An instant as the platform writes it: ISO 8601 text such as `2023-11-07T05:31:56Z`, kept as text.
 *
 * Promise: what `Instant` accepts, `epochMillis` turns into a finite number, on every engine the same.
 */
import * as Schema from "./Schema.ts";

/** Date, time to the minute or finer, and an offset where there is one. One pass, no back-tracking. */
const pattern =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/;

const monthsOf30Days = new Set(["04", "06", "09", "11"]);

const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const namesARealDay = (text: string): boolean => {
  const day = Number(text.slice(8, 10));
  if (day <= 28) return true;
  const month = text.slice(5, 7);
  if (month === "02") return day === 29 && isLeapYear(Number(text.slice(0, 4)));
  return day <= 30 || !monthsOf30Days.has(month);
};

/** Whether `text` is ISO 8601 and names a date that exists: 30 February does not. */
export const isInstant = (text: string): boolean => pattern.test(text) && namesARealDay(text);

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
