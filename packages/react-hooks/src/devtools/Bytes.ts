/** Bytes received from one server, as the browser counts them. */

/** The part of a resource's timing that is used. */
interface Timing {
  readonly name: string;
  readonly transferSize?: number;
}

/**
 * Bytes received from below an address since the page was loaded, as far as the browser still lists them; `undefined` where it does not
 * say. A stream counts once it has ended, and another origin's answers only where it allows so (`Timing-Allow-Origin`).
 */
export const received = (baseURL: string): number | undefined => {
  const entries = globalThis.performance?.getEntriesByType?.("resource") as ReadonlyArray<Timing> | undefined;
  const own = entries?.filter(({ name }) => name.startsWith(baseURL)) ?? [];
  const bytes = own.reduce((sum, { transferSize = 0 }) => sum + transferSize, 0);
  return bytes === 0 ? undefined : bytes;
};
