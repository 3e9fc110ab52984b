/** How often a long computation shows how far it is, and checks whether it is still wanted. */
import { setImmediate } from "node:timers/promises";
import type { Session } from "../Session.ts";
import { type Progress, progressLine, stepLine } from "./output/progressLine.ts";

const redrawMillis = 100;

/** `true` now and then, the first time at once. */
const nowAndThen = (now: () => number = () => performance.now()): (() => boolean) => {
  let lastAt = Number.NEGATIVE_INFINITY;
  return () => {
    const at = now();
    if (at - lastAt < redrawMillis) return false;
    lastAt = at;
    return true;
  };
};

/** Shows how far a run over records is. @param isAll whether a file's share is the share of all */
export const ofRecords = (
  { terminal }: Session,
  isAll: boolean,
): ((progress: Omit<Progress, "ratePerSecond">) => void) => {
  const isDue = nowAndThen();
  const startedAt = performance.now();
  return (progress) => {
    if (!terminal.isWatched || !isDue()) return;
    const seconds = (performance.now() - startedAt) / 1000;
    const share = isAll ? progress.share : undefined;
    const ratePerSecond = seconds > 0 ? progress.done / seconds : undefined;
    const etaSeconds = share === undefined || share === 0 ? undefined : (seconds * (1 - share)) / share;
    terminal.progress(
      progressLine({ ...progress, share, ratePerSecond, etaSeconds }, terminal.paint, terminal.columns),
    );
  };
};

/**
 * Shows how far a computation of like steps is, and gives signals a chance to come through: rejects once the session is to stop.
 *
 * @param now a clock in milliseconds
 */
export const ofSteps = ({ terminal, stop }: Session, what: string, now?: () => number) => {
  const isDue = nowAndThen(now);
  return (done: number, steps: number): Promise<void> | undefined => {
    if (!isDue()) return undefined;
    terminal.progress(stepLine(what, done, steps, terminal.paint, terminal.columns));
    return setImmediate().then(() => stop.throwIfAborted());
  };
};
