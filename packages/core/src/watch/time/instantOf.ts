/**
 * The instant that a text of the wire names.
 */
import { epochMillis } from "../../contract/epochMillis.ts";

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
  const instant = epochMillis(text);
  return Number.isNaN(instant) ? undefined : instant;
};
