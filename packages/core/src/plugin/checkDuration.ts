import * as Duration from "effect/Duration";

/** Milliseconds of a duration; `NaN` for a text that is none, and for `NaN`, which Effect takes for zero. */
const millisOf = (given: Duration.Input): number => {
  if (Number.isNaN(given)) return Number.NaN;
  try {
    return Duration.toMillis(Duration.fromInputUnsafe(given));
  } catch {
    return Number.NaN;
  }
};

/** Refuses an option of a plugin that is no duration, or a shorter one; one that is not given is refused nowhere. */
export const checkDuration = (
  who: string,
  name: string,
  given: Duration.Input | undefined,
  leastMillis: number,
): void => {
  if (given === undefined || millisOf(given) >= leastMillis) return;
  throw new TypeError(`${who}: ${name} must be a duration of at least ${leastMillis} ms, such as "30 seconds"`);
};
