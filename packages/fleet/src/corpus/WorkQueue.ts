/**
 * Work for any worker with a free slot, on any machine.
 *
 * 1. A piece of work is done by one worker; when that one dies, or says nothing for `ackMillis`, by another.
 * 2. Its result counts once: the first that is stored, checked on every replica of the stream (expected sequence 0). A worker that
 *    comes second is refused, and goes on with the next piece.
 * 3. A piece is named by its content: a run that is resumed under its name takes the results that are there, and requests the rest.
 * 4. A piece that fails on several workers fails its run, with what they said.
 */
import { DiscardPolicy, RetentionPolicy, StorageType } from "@nats-io/jetstream";
import { checkMillis } from "../engine/checkIs.ts";
import { ensureStream } from "../engine/Streams.ts";
import { checkName, type Queue, type Work } from "./Queue.ts";
import type { WorkQueueDeps } from "./stow.ts";
import { Worker } from "./Worker.ts";
import { WorkRun } from "./WorkRun.ts";

export class WorkQueue implements Queue {
  readonly #deps: WorkQueueDeps;
  #prepared: Promise<void> | undefined;

  constructor(deps: WorkQueueDeps) {
    this.#deps = deps;
  }

  /** Begins a run, or goes on with one of this name. */
  async run(name: string): Promise<WorkRun> {
    checkName("The run's name", name);
    await this.#prepare();
    const run = new WorkRun(this.#deps, name, () => this.#prepareAgain());
    await run.start();
    return run;
  }

  /**
   * Takes work until it is closed.
   *
   * @param closeMillis how long closing waits for the pieces in hand, in milliseconds. Then their signal is aborted, they go back for another worker,
   *   and `onFailure` receives a `FleetError` of problem `Unfinished` for each. Default 10,000.
   */
  async work(works: Readonly<Record<string, Work>>, concurrency = 1, closeMillis?: number): Promise<Worker> {
    checkMillis("work", "closeMillis", closeMillis, 0);
    await this.#prepare();
    const worker = new Worker(this.#deps, works, concurrency, () => this.#prepareAgain(), closeMillis);
    await worker.start();
    return worker;
  }

  /** The streams may have been deleted. */
  #prepareAgain(): Promise<void> {
    this.#prepared = undefined;
    return this.#prepare();
  }

  #prepare(): Promise<void> {
    this.#prepared ??= this.#makeStreams().catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }

  async #makeStreams(): Promise<void> {
    const { engine, names, time, replicas } = this.#deps;
    const common = { storage: StorageType.File, num_replicas: replicas, discard: DiscardPolicy.Old, max_age: 0 };
    await ensureStream(
      engine,
      { name: names.jobStream, subjects: [names.job("*", "*", "*")], retention: RetentionPolicy.Workqueue, ...common },
      time,
    );
    // No age: a result that was forgotten would be counted again.
    await ensureStream(
      engine,
      { name: names.resultStream, subjects: [names.result("*", "*")], retention: RetentionPolicy.Limits, ...common },
      time,
    );
  }
}
