import * as Duration from "effect/Duration";
import { FleetError } from "./FleetError.ts";

/** An option that is a time, in milliseconds. Throws a `FleetError` at one that cannot be, or is too short. */
export const millisOf = (input: Duration.Input, path: string, least: number): number => {
  const millis = (() => {
    try {
      return Duration.toMillis(Duration.fromInputUnsafe(input));
    } catch {
      // Not a time at all.
      return Number.NaN;
    }
  })();
  if (!(millis >= least) || !Number.isFinite(millis))
    throw new FleetError(
      "Invalid",
      `${path} is a time of at least ${least} ms, such as "${path === "lease" ? "500 millis" : "5 seconds"}", not ${JSON.stringify(input)}.`,
    );
  return millis;
};
