import { pauseOf } from "./pauseOf.ts";

/**
 * Reads until it succeeds: a page that is open for hours is not to lack something because of one bad moment.
 *
 * @param onFailure called for each failure
 * @returns `undefined` once the signal is aborted
 */
export const untilRead = async <A>(
  read: () => Promise<A>,
  signal: AbortSignal,
  onFailure: (error: Error) => void = () => undefined,
  retryMillis = 10_000,
): Promise<A | undefined> => {
  while (!signal.aborted) {
    try {
      const value = await read();
      return signal.aborted ? undefined : value;
    } catch (error) {
      if (signal.aborted) return undefined;
      onFailure(error as Error);
    }
    await pauseOf(retryMillis, signal);
  }
  return undefined;
};
