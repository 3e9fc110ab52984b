/** Whose time it is: an Effect `Clock`, as promises. */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";

export class Time {
  readonly clock: Clock.Clock;

  constructor(clock: Clock.Clock = Context.get(Context.empty(), Clock.Clock)) {
    this.clock = clock;
  }

  /** Monotonic milliseconds. */
  now(): number {
    return Number(this.clock.monotonicTimeNanosUnsafe()) / 1e6;
  }

  /** Milliseconds since 1970. */
  wall(): number {
    return this.clock.currentTimeMillisUnsafe();
  }

  /** Resolves after a time, or as soon as the signal is aborted. */
  async sleep(millis: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    await Effect.runPromiseExit(
      this.clock.sleep(Duration.millis(Math.max(0, millis))),
      signal === undefined ? {} : { signal },
    );
  }

  /** Calls `work` after a time; returns what keeps it from that. */
  after(millis: number, work: () => void): () => void {
    const abort = new AbortController();
    void this.sleep(millis, abort.signal).then(() => {
      if (!abort.signal.aborted) work();
    });
    return () => abort.abort();
  }
}
