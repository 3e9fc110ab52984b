/**
 * The real event loop under a simulated clock: its turns, and whether other code has work in the next one.
 */

const loop = globalThis as unknown as {
  readonly setTimeout: (run: () => void, millis: number) => unknown;
  readonly setImmediate?: (run: () => void) => unknown;
  readonly process?: { readonly getActiveResourcesInfo?: () => ReadonlyArray<string> };
};
// Taken once, so that a test framework's fake timers do not stop the event loop under the clock.
const setTimer = loop.setTimeout;
const setNext = loop.setImmediate ?? ((run: () => void) => setTimer(run, 0));
const scheduled = loop.process?.getActiveResourcesInfo;

// The turns that clocks wait for are not work: two clocks that settle at once would wait for one another.
let ownTurns = 0;

/** Resolves in the next turn. */
export const nextTurn = (): Promise<void> => {
  ownTurns++;
  return new Promise((resolve) =>
    setNext(() => {
      ownTurns--;
      resolve();
    }),
  );
};

/** Resolves about a real millisecond later. */
export const nextTimer = (): Promise<void> => new Promise((resolve) => setTimer(resolve, 1));

/** Whether the runtime says what is scheduled for the next turn, as Node does. */
export const showsTurns = scheduled !== undefined;

/** Whether other code has work scheduled for the next turn; unknown counts as yes. */
export const isAnyScheduled = (): boolean => {
  if (scheduled === undefined) return true;
  let turns = 0;
  for (const resource of scheduled()) if (resource === "Immediate") turns++;
  return turns > ownTurns;
};
