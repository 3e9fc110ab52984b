import { acting } from "./act/acting.ts";
import { scoring } from "./scores/useMetricScores.ts";
import { queueing } from "./watch/useQueue.ts";

/**
 * Loads what the hooks load on demand (`useQueue`, `useMetricScores`, the hooks that act), so that all of it is there from the first render on.
 * Where a server renders the page call it on both sides, before rendering and before hydrating.
 *
 * @throws SgpError with reason `Unreachable` where a part does not come
 */
export const preload = async (): Promise<void> => {
  await Promise.all([acting.preload(), queueing.preload(), scoring.preload()]);
};
