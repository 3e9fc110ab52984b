/** How long a person has had something open before their eyes: while the component is there and the page is visible. */
import { useEffect, useState } from "react";

export class TimeSpent {
  readonly #now: () => number;
  #millis = 0;
  #since: number | undefined;

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts from now on, or no more. */
  look(isSeen: boolean): void {
    const now = this.#now();
    if (this.#since !== undefined) this.#millis += now - this.#since;
    this.#since = isSeen ? now : undefined;
  }

  /** Whole seconds. */
  get seconds(): number {
    this.look(this.#since !== undefined);
    return Math.round(this.#millis / 1_000);
  }
}

export const useTimeSpent = (): TimeSpent => {
  const [spent] = useState(() => new TimeSpent(() => performance.now()));
  useEffect(() => {
    const look = () => spent.look(document.visibilityState !== "hidden");
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      spent.look(false);
    };
  }, [spent]);
  return spent;
};
