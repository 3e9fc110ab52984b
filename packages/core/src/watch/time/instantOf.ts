/**
 * The instant that a text of the wire names.
 */
import * as Instant from "../../contract/Instant.ts";

const zero = 48;
const dash = 45;
const colon = 58;
const point = 46;
const letterT = 84;
const letterZ = 90;

// One decimal digit, or two of them, as a number; NaN when they are none.
const one = (text: string, index: number): number => {
  const digit = text.charCodeAt(index) - zero;
  return digit >= 0 && digit <= 9 ? digit : Number.NaN;
};
const two = (text: string, index: number): number => one(text, index) * 10 + one(text, index + 1);

// Days from 1970-01-01 to a date of the Gregorian calendar: years are counted from March, so that a leap day comes last.
const daysTo = (year: number, month: number, day: number): number => {
  const shifted = month <= 2 ? year - 1 : year;
  const ofYear = Math.floor((153 * (month <= 2 ? month + 9 : month - 3) + 2) / 5) + day - 1;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return shifted * 365 + leapDays + ofYear - 719_468;
};

const isShaped = (text: string): boolean =>
  text.charCodeAt(4) === dash &&
  text.charCodeAt(7) === dash &&
  text.charCodeAt(10) === letterT &&
  text.charCodeAt(13) === colon &&
  text.charCodeAt(16) === colon &&
  text.charCodeAt(text.length - 1) === letterZ;

/** `2030-01-01T00:00:00Z` or `2030-01-01T00:00:00.000Z`, as most servers write; `undefined` for all that needs a closer look. */
const instantOfUtc = (text: string): number | undefined => {
  const hasMillis = text.length === 24 && text.charCodeAt(19) === point;
  if ((text.length !== 20 && !hasMillis) || !isShaped(text)) return undefined;
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  // Days that not every month has are left to the closer look.
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour < 24 && minute < 60 && second < 60))
    return undefined;
  const millis = hasMillis ? two(text, 20) * 10 + one(text, 22) : 0;
  const days = daysTo(year, month, day);
  const instant = ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1_000 + millis;
  return Number.isNaN(instant) ? undefined : instant;
};

/**
 * The instant an ISO 8601 text names, in milliseconds since 1970, or `undefined` when it names none.
 *
 * A time without a zone is UTC, which is what a Python service means when it leaves the zone out.
 *
 * @example
 * ```ts
 * import { instantOf } from "@evalwire/core";
 *
 * instantOf("1970-01-01T00:00:01Z"); // => 1000
 * instantOf("1970-01-01T01:00:00.250+01:00"); // => 250
 * instantOf("tomorrow"); // => undefined
 * ```
 */
export const instantOf = (text: string): number | undefined => {
  const instant = instantOfUtc(text) ?? Instant.epochMillis(text);
  return Number.isNaN(instant) ? undefined : instant;
};
