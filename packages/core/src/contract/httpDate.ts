/**
 * An instant as HTTP headers write it.
 */
import { epochMillis } from "./epochMillis.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const fixdate = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}:\d{2}:\d{2}) GMT$/;

/**
 * The instant that a `Date` or `Retry-After` header names, in milliseconds since 1970; `undefined` when it is absent or not an
 * IMF-fixdate (RFC 9110, 5.6.7), the one form that HTTP lets servers send.
 *
 * @example
 * ```ts
 * import { httpDate } from "@evalwire/core/contract";
 *
 * httpDate("Thu, 01 Jan 1970 00:00:01 GMT"); // => 1000
 * httpDate("1970-01-01T00:00:01Z"); // => undefined
 * ```
 */
export const httpDate = (header: string | null | undefined): number | undefined => {
  const [, day, name = "", year, time] = fixdate.exec(header ?? "") ?? [];
  const month = String(months.indexOf(name) + 1).padStart(2, "0");
  const millis = epochMillis(`${year}-${month}-${day}T${time}Z`);
  return Number.isNaN(millis) ? undefined : millis;
};
