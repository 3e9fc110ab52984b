/** A queue of work in one process: for tests, and as the plainest form of the port that another engine would implement. */
import { createHash } from "node:crypto";
import { FleetError } from "../engine/FleetError.ts";
import { checkName, failedOn, type Queue, type QueueRun, tries, type Work, type WorkResult } from "./Queue.ts";

interface Piece {
  readonly run: string;
  readonly kind: string;
  readonly id: string;
  readonly job: Uint8Array;
  failures: number;
  isTaken: boolean;
}

/**
 * @example
 * ```ts
 * import { MemoryQueue } from "@evalwire/fleet";
 *
 * const queue = new MemoryQueue();
 * await queue.work({ same: async (job) => job });
 * const run = await queue.run("r1");
 * (await run.do("same", new Uint8Array([7]))).bytes[0]; // => 7
 * ```
 */
export class MemoryQueue implements Queue {
  readonly #pieces = new Set<Piece>();
  readonly #results = new Map<string, Map<string, WorkResult | FleetError>>();
  readonly #runs = new Set<MemoryRun>();
  readonly #workers = new Set<MemoryWorker>();

  async run(name: string): Promise<MemoryRun> {
    checkName("The run's name", name);
    const results = this.#results.get(name) ?? new Map<string, WorkResult | FleetError>();
    this.#results.set(name, results);
    const run = new MemoryRun(name, results, {
      ask: (piece) => {
        const isThere = [...this.#pieces].some((each) => each.run === name && each.id === piece.id);
        if (!isThere) this.#pieces.add(piece);
        this.#wake();
      },
      close: (keepResults) => {
        this.#runs.delete(run);
        for (const piece of [...this.#pieces]) if (piece.run === name && !piece.isTaken) this.#pieces.delete(piece);
        if (!keepResults) this.#results.delete(name);
      },
    });
    this.#runs.add(run);
    return run;
  }

  async work(works: Readonly<Record<string, Work>>, concurrency = 1): Promise<MemoryWorker> {
    for (const kind of Object.keys(works)) checkName("The kind of work", kind);
    const worker = new MemoryWorker(`w${this.#workers.size + 1}`, works, concurrency, {
      next: (kinds) => {
        const piece = [...this.#pieces].find(({ kind, isTaken }) => !isTaken && kinds.includes(kind));
        if (piece !== undefined) piece.isTaken = true;
        return piece;
      },
      done: (piece, result) => this.#done(piece, result),
      failed: (piece, error) => {
        piece.failures++;
        if (piece.failures >= tries) this.#done(piece, failedOn(piece.run, error));
        else piece.isTaken = false;
        this.#wake();
      },
      leave: () => void this.#workers.delete(worker),
    });
    this.#workers.add(worker);
    worker.wake();
    return worker;
  }

  #done(piece: Piece, result: WorkResult | FleetError): void {
    this.#pieces.delete(piece);
    const results = this.#results.get(piece.run);
    // The first result counts; results of a finished run are dropped.
    if (results === undefined || results.has(piece.id)) return;
    results.set(piece.id, result);
    for (const run of this.#runs) if (run.name === piece.run) run.take(piece.id, result);
  }

  #wake(): void {
    for (const worker of this.#workers) worker.wake();
  }
}

class MemoryRun implements QueueRun {
  readonly name: string;
  readonly #results: ReadonlyMap<string, WorkResult | FleetError>;
  readonly #on: { readonly ask: (piece: Piece) => void; readonly close: (keepResults: boolean) => void };
  readonly #known: ReadonlySet<string>;
  readonly #waiting = new Map<string, PromiseWithResolvers<WorkResult>>();
  #isClosed = false;
  resumed = 0;

  constructor(
    name: string,
    results: ReadonlyMap<string, WorkResult | FleetError>,
    on: { readonly ask: (piece: Piece) => void; readonly close: (keepResults: boolean) => void },
  ) {
    this.name = name;
    this.#results = results;
    this.#known = new Set(results.keys());
    this.#on = on;
  }

  async do(kind: string, job: Uint8Array): Promise<WorkResult> {
    checkName("The kind of work", kind);
    const id = createHash("sha256").update(kind).update("/").update(job).digest("hex").slice(0, 32);
    const found = this.#results.get(id);
    if (found !== undefined) {
      if (this.#known.has(id)) this.resumed++;
      if (found instanceof FleetError) throw found;
      return found;
    }
    if (this.#isClosed) throw new FleetError("Closed", `The run ${this.name} was closed.`);
    const waiting = this.#waiting.get(id) ?? Promise.withResolvers<WorkResult>();
    this.#waiting.set(id, waiting);
    waiting.promise.catch(() => undefined);
    this.#on.ask({ run: this.name, kind, id, job, failures: 0, isTaken: false });
    return waiting.promise;
  }

  take(id: string, result: WorkResult | FleetError): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (result instanceof FleetError) waiting?.reject(result);
    else waiting?.resolve(result);
  }

  async close({ keepResults = false }: { readonly keepResults?: boolean } = {}): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const error = new FleetError("Closed", `The run ${this.name} was closed.`);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#on.close(keepResults);
  }
}

interface Hands {
  readonly next: (kinds: ReadonlyArray<string>) => Piece | undefined;
  readonly done: (piece: Piece, result: WorkResult) => void;
  readonly failed: (piece: Piece, error: unknown) => void;
  readonly leave: () => void;
}

class MemoryWorker {
  readonly #name: string;
  readonly #works: Readonly<Record<string, Work>>;
  readonly #concurrency: number;
  readonly #hands: Hands;
  readonly #abort = new AbortController();
  readonly #atWork = new Set<Promise<void>>();
  #isClosed = false;
  /** Pieces done here. */
  done = 0;

  constructor(name: string, works: Readonly<Record<string, Work>>, concurrency: number, hands: Hands) {
    this.#name = name;
    this.#works = works;
    this.#concurrency = concurrency;
    this.#hands = hands;
  }

  wake(): void {
    while (!this.#isClosed && this.#atWork.size < this.#concurrency) {
      const piece = this.#hands.next(Object.keys(this.#works));
      if (piece === undefined) return;
      const work = this.#do(piece).finally(() => {
        this.#atWork.delete(work);
        this.wake();
      });
      this.#atWork.add(work);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#atWork);
    this.#abort.abort();
    this.#hands.leave();
  }

  async #do(piece: Piece): Promise<void> {
    try {
      const bytes = await this.#works[piece.kind]!(piece.job, this.#abort.signal);
      this.#hands.done(piece, { bytes, worker: this.#name });
      this.done++;
    } catch (error) {
      this.#hands.failed(piece, error);
    }
  }
}
