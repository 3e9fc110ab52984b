/** Keeps a failure that repeats from filling a log. */
import { wordsOf } from "./guarded.ts";
import type { Time } from "./Time.ts";

const quietMillis = 1_000;

/** Reports a failure unless one with the same text was reported within the last second. */
export const sparing = (onFailure: (error: unknown) => void, time: Time): ((error: unknown) => void) => {
  const reported = new Map<string, number>();
  return (error) => {
    const now = time.now();
    for (const [text, at] of reported) if (now - at >= quietMillis) reported.delete(text);
    const text = wordsOf(error);
    if (reported.has(text)) return;
    reported.set(text, now);
    onFailure(error);
  };
};
