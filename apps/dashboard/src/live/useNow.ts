import { type Store, useStore } from "@evalwire/react-hooks";

/** One timer for all components that show a time; none while there are none. */
const seconds = ((): Store<number> => {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  const read = () => Math.floor(Date.now() / 1_000) * 1_000;
  let shown = read();
  const tick = () => {
    shown = read();
    for (const listener of [...listeners]) listener();
  };
  return {
    snapshot: () => {
      if (timer === undefined) shown = read();
      return shown;
    },
    onChange: (listener) => {
      listeners.add(listener);
      timer ??= setInterval(tick, 1_000);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
})();

const same = (now: number): number => now;

/** The local time in whole seconds, as milliseconds since 1970; another one every second. */
export const useNow = (): number => useStore(seconds, same);

/** The same in coarser steps, for what is expensive to compute. */
export const useNowEvery = (millis: number): number => useStore(seconds, (now) => Math.floor(now / millis) * millis);
