/** Instants and lengths of time as a person reads them. */
import { instantOf } from "@evalwire/core";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const two = (value: number): string => String(value).padStart(2, "0");

/** A length of time to two units: `5 s`, `4 min 05 s`, `2 h 05 min`, `3 d 4 h`. Rounded down; a negative one counts as 0. */
export const lengthOf = (millis: number): string => {
  const whole = Math.max(0, millis);
  if (whole < minute) return `${Math.floor(whole / second)} s`;
  if (whole < hour) return `${Math.floor(whole / minute)} min ${two(Math.floor((whole % minute) / second))} s`;
  if (whole < day) return `${Math.floor(whole / hour)} h ${two(Math.floor((whole % hour) / minute))} min`;
  return `${Math.floor(whole / day)} d ${Math.floor((whole % day) / hour)} h`;
};

/** A length of time to one unit, for ages that change under the reader's eyes: `5 s`, `4 min`, `2 h`, `3 d`. */
export const roughly = (millis: number): string => {
  const whole = Math.max(0, millis);
  if (whole < minute) return `${Math.floor(whole / second)} s`;
  if (whole < hour) return `${Math.floor(whole / minute)} min`;
  if (whole < day) return `${Math.floor(whole / hour)} h`;
  return `${Math.floor(whole / day)} d`;
};

const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const dated = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** Milliseconds since 1970 of an ISO 8601 text; `undefined` for anything else. */
export const millisOf = (instant: string | null | undefined): number | undefined =>
  typeof instant === "string" ? instantOf(instant) : undefined;

/** The time of day where the reader is. */
export const timeOfDay = (millis: number): string => clock.format(millis);

const rounded = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** As `moment`, for an estimate: to the minute, unless it is within ten of them. */
export const roughMoment = (millis: number, now: number): string => {
  const ahead = Math.abs(now - millis);
  return ahead > 10 * minute && ahead < 18 * hour ? rounded.format(millis) : moment(millis, now);
};

/** The time of day; with the date when it is not within a day of `now`. */
export const moment = (millis: number, now: number): string =>
  Math.abs(now - millis) < 18 * hour ? clock.format(millis) : dated.format(millis);
