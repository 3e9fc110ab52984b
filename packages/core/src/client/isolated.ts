/**
 * A callback of the caller's, run so that what it throws is logged under its name and reaches nobody else.
 */
import * as Effect from "effect/Effect";

export const isolated = (name: string, run: () => void): Effect.Effect<void> =>
  Effect.catchCause(Effect.sync(run), (cause) => Effect.logError(`${name} threw`, cause));
