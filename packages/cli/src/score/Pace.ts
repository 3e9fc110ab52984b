/** How often a long computation lets itself be seen, and looks whether it is still wanted. */
import { setImmediate } from "node:timers/promises";
import type { Progress } from "@evalwire/metrics/corpus";
import type { Session } from "../Session.ts";
import { progressLine, stepLine } from "./progressLine.ts";

const redrawMillis = 100;

/** `true` now and then, the first time at once. */
const nowAndThen = (): (() => boolean) => {
  let lastAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - lastAt < redrawMillis) return false;
    lastAt = now;
    return true;
  };
};

/** Shows how far a run over records is. */
export const ofRecords = ({ terminal }: Session): ((progress: Progress) => void) => {
  const isDue = nowAndThen();
  return (progress) => {
    if (isDue()) terminal.progress(progressLine(progress, terminal.paint, terminal.columns));
  };
};

/** Shows how far a computation of like steps is, and gives signals a chance to come through: rejects once the session is to stop. */
export const ofSteps = ({ terminal, stop }: Session, what: string) => {
  const isDue = nowAndThen();
  return (done: number, steps: number): Promise<void> | undefined => {
    if (!isDue()) return undefined;
    terminal.progress(stepLine(what, done, steps, terminal.paint, terminal.columns));
    return setImmediate().then(() => stop.throwIfAborted());
  };
};
