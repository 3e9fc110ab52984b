/**
 * Runs work on the store in transactions, several requests to one where several wait.
 *
 * 1. The writes of a transaction are all there once it has succeeded, and none when it failed.
 * 2. Work is answered after the COMMIT that holds it. Writes that wait share one transaction, and so one sync of the disk, each
 *    in a savepoint of its own: one that fails takes nothing of the others with it.
 * 3. Leases that have expired by a request's instant are given back before it looks.
 * 4. A lock held by another process delays only writes, without blocking this thread, and for at most `busyTimeoutMillis`.
 * 5. Of requests that wait together, reads run after the writes, so that a read sees writes sent before it.
 * 6. A waiting read is run once for all who request the same before it has begun.
 * 7. Other requests get their turn at the latest after a long answer, or after a few short ones: this thread is not held for the whole queue.
 * 8. The write-ahead log is moved into the database between requests (`Checkpoints`).
 * 9. Work runs one piece after the other, to its end. Work that waits inside (for a scorer of the user's) makes the rest wait.
 */
import type * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Content from "../Content.ts";
import { Encoded } from "../Encoded.ts";
import * as Checkpoints from "./Checkpoints.ts";
import { type Database, failure, StoreError } from "./Database.ts";
import { Store, type Stores } from "./Store.ts";

export interface Work<A, E, R> {
  readonly effect: Effect.Effect<A, E, Store | R>;
  /** A read changes nothing, and sees the state between two transactions. */
  readonly mode: "read" | "write";
  /** The instant of the request, as the wire writes it. */
  readonly now: string;
  /** Whose store it works on; `undefined` for every account's. */
  readonly accountId: string | undefined;
  /** Reads with the same key have the same answer. */
  readonly key?: string | undefined;
}

export interface Done<A, E> {
  readonly exit: Exit.Exit<A, E | StoreError>;
  /**
   * The state that was seen: another one follows whenever something is written, here or by another process. `undefined` where
   * the work shared its transaction with writes.
   */
  readonly version: number | undefined;
}

export interface Transactions<R> {
  /** Resolves once the work is done and, if it wrote, committed; with a `StoreError` when that failed. Never rejects. */
  readonly run: <A, E>(work: Work<A, E, R>) => Promise<Done<A, E>>;
  /** Whether nothing was written since that version, and no lease has expired. */
  readonly isCurrent: (version: number, now: string) => boolean;
  /** Resolves when all work is done; what comes later is refused. */
  readonly close: () => Promise<void>;
}

export interface Options {
  /** How long work waits for another process that has the lock; 5,000. */
  readonly busyTimeoutMillis?: number;
  /** Waits in real time, independent of the server's clock: locks do. */
  readonly sleep: (millis: number) => Promise<void>;
  /**
   * Calls back once after some real time, for work between requests, and does not keep the process running for that. Without it, only commits
   * move the write-ahead log.
   */
  readonly after?: Checkpoints.After;
}

interface Job {
  work: Work<unknown, unknown, any>;
  settle: (exit: Outcome, version?: number) => void;
  waitedMillis: number;
}

type Outcome = Exit.Exit<unknown, unknown>;

const longestPauseMillis = 50;
const shortestPauseMillis = 2;
/** More writes than this share no transaction, so that the first of them is not answered late. */
const mostTogether = 256;

/** So much of answers, in characters or bytes, and so many pieces of work are done before others get their turn. */
const mostText = 256 * 1024;
const mostPieces = 32;

const lengthOf = (exit: Outcome): number =>
  Exit.isSuccess(exit) && exit.value instanceof Encoded ? Content.lengthOf(exit.value.content) : 0;

/** Lets the event loop go round after enough work. */
const breather = () => {
  let text = 0;
  let pieces = 0;
  return (exit: Outcome): Promise<void> | undefined => {
    text += lengthOf(exit);
    pieces++;
    if (text < mostText && pieces < mostPieces) return undefined;
    text = 0;
    pieces = 0;
    return new Promise((resolve) => setImmediate(resolve));
  };
};

const storeErrorOf = (exit: Outcome): StoreError | undefined => {
  if (Exit.isSuccess(exit)) return undefined;
  const [reason] = exit.cause.reasons;
  return reason?._tag === "Fail" && reason.error instanceof StoreError ? reason.error : undefined;
};

/** On any error of the database work has to be answered. */
const storeError = (error: unknown): StoreError => {
  try {
    return failure(error);
  } catch {
    return new StoreError({ reason: "other", cause: error });
  }
};

export const make = <R>(
  database: Database,
  stores: Stores,
  context: Context.Context<R>,
  options: Options,
): Transactions<R> => {
  const { sleep, after, busyTimeoutMillis = 5000 } = options;
  const checkpoints = after && Checkpoints.make(database, after);
  const fork = Effect.runForkWith(context);
  let reads: Array<Job> = [];
  let writes: Array<Job> = [];
  /** The reads of `reads` that have a key. */
  const waitingByKey = new Map<string, Job>();
  let running: Promise<void> | undefined;
  let isScheduled = false;
  let isClosed = false;
  let pauseMillis = 0;
  let version = 0;
  let seen: number | undefined;
  /** Work that a lock keeps waiting, until the pause is over. */
  let postponed: Array<Job> = [];
  let isPaused = false;
  const idle: Array<() => void> = [];

  /** Another process has written since the last look. */
  const noticeOthers = (): void => {
    if (!database.isShared) return;
    const row = database.prepare("PRAGMA data_version").get() as { data_version: number };
    if (seen !== undefined && seen !== row.data_version) {
      stores.forget();
      version++;
    }
    seen = row.data_version;
  };

  const begin = (statement: string): void => {
    database.prepare(statement).run();
    noticeOthers();
  };

  const rollBack = (): void => {
    // Some failures (a full disk) have ended the transaction already.
    if (database.isTransaction()) database.prepare("ROLLBACK").run();
    stores.forget();
  };

  /** The work's exit; at once, unless something inside waits. */
  const done = (job: Job): Outcome | Promise<Outcome> => {
    const { effect, accountId } = job.work;
    const fiber = fork(Effect.provideService(effect, Store, stores.of(accountId)));
    return fiber.pollUnsafe() ?? new Promise((resolve) => fiber.addObserver(resolve));
  };

  const attempted = (work: () => void): StoreError | undefined => {
    try {
      work();
      return undefined;
    } catch (error) {
      return storeError(error);
    }
  };

  const settleAll = (jobs: ReadonlyArray<Job>, error: StoreError): void => {
    for (const job of jobs) job.settle(Exit.fail(error));
  };

  /** Lets work wait that a lock keeps from running; what has waited long enough is refused. */
  const wait = (jobs: ReadonlyArray<Job>, error: StoreError): void => {
    pauseMillis = Math.min(longestPauseMillis, Math.max(shortestPauseMillis, pauseMillis * 2));
    const isOver = (job: Job) => job.waitedMillis >= busyTimeoutMillis;
    settleAll(jobs.filter(isOver), error);
    const waiting = jobs.filter((job) => !isOver(job));
    for (const job of waiting) job.waitedMillis += pauseMillis;
    postponed.push(...waiting);
    if (isPaused) return;
    isPaused = true;
    void sleep(pauseMillis).then(resume);
  };

  const resume = (): void => {
    isPaused = false;
    reads = [...postponed.filter(({ work }) => work.mode === "read"), ...reads];
    writes = [...postponed.filter(({ work }) => work.mode === "write"), ...writes];
    postponed = [];
    schedule();
  };

  const readAll = async (jobs: ReadonlyArray<Job>): Promise<void> => {
    const failed = attempted(() => begin("BEGIN"));
    if (failed !== undefined) {
      endRead();
      return failed.reason === "busy" ? wait(jobs, failed) : settleAll(jobs, failed);
    }
    const seenVersion = version;
    const answers: Array<() => void> = [];
    const breathe = breather();
    for (const job of jobs) {
      if (stores.deadlines.isAnyDue(job.work.now)) {
        writes.push(job);
        continue;
      }
      const result = done(job);
      const exit = result instanceof Promise ? await result : result;
      const error = storeErrorOf(exit);
      if (error?.reason === "busy") wait([job], error);
      else answers.push(() => job.settle(exit, seenVersion));
      const pause = breathe(exit);
      if (pause !== undefined) await pause;
    }
    endRead();
    for (const answer of answers) answer();
  };

  /** A transaction that only read ends without a trace. */
  const endRead = (): void => {
    if (database.isTransaction()) database.prepare("COMMIT").run();
  };

  /** Runs one piece of work in a savepoint; `undefined` when its failure ended the whole transaction. */
  const within = async (job: Job): Promise<Outcome | undefined> => {
    database.prepare("SAVEPOINT request").run();
    const result = done(job);
    const exit = result instanceof Promise ? await result : result;
    if (!database.isTransaction()) return undefined;
    if (Exit.isFailure(exit)) {
      database.prepare("ROLLBACK TO request").run();
      stores.forget();
    }
    database.prepare("RELEASE request").run();
    return exit;
  };

  const writeAll = async (jobs: ReadonlyArray<Job>): Promise<void> => {
    const busy = attempted(() => begin("BEGIN IMMEDIATE"));
    if (busy !== undefined) {
      rollBack();
      return busy.reason === "busy" ? wait(jobs, busy) : settleAll(jobs, busy);
    }
    pauseMillis = 0;
    const exits: Array<Outcome> = [];
    const breathe = breather();
    for (const [index, job] of jobs.entries()) {
      try {
        if (stores.deadlines.isAnyDue(job.work.now)) stores.expire(job.work.now);
        const exit = await within(job);
        if (exit === undefined) throw new StoreError({ reason: "full", cause: new Error("database or disk is full") });
        exits.push(exit);
        const pause = breathe(exit);
        if (pause !== undefined) await pause;
      } catch (error) {
        // The database itself failed: nothing of this transaction is kept. Work that has not run yet gets a new one.
        const failed = storeError(error);
        rollBack();
        settleAll(jobs.slice(0, index + 1), failed);
        writes.unshift(...jobs.slice(index + 1));
        return;
      }
    }
    const failed = attempted(() => database.prepare("COMMIT").run());
    version++;
    if (failed !== undefined) {
      rollBack();
      return settleAll(jobs, failed);
    }
    for (const [index, job] of jobs.entries()) job.settle(exits[index]!);
  };

  const isIdle = () => reads.length + writes.length + postponed.length === 0;
  const isRunnable = () => reads.length > 0 || (writes.length > 0 && !isPaused);

  const drain = async (): Promise<void> => {
    while (isRunnable()) {
      if (writes.length > 0 && !isPaused) {
        const writing = writes.slice(0, mostTogether);
        writes = writes.slice(mostTogether);
        await writeAll(writing);
      }
      const reading = reads;
      reads = [];
      waitingByKey.clear();
      if (reading.length > 0) await readAll(reading);
    }
  };

  const start = (): void => {
    isScheduled = false;
    if (running !== undefined) return;
    running = drain().then(() => {
      running = undefined;
      if (!isIdle()) return schedule();
      checkpoints?.rest();
      for (const resolve of idle.splice(0)) resolve();
    });
  };

  /** Whether a read that waits has the answer as well; it looks at the later of both instants. */
  const joins = (work: Work<unknown, unknown, any>, settle: Job["settle"]): boolean => {
    const job = work.key === undefined ? undefined : waitingByKey.get(work.key);
    if (job === undefined) return false;
    const settleFirst = job.settle;
    job.settle = (exit, seenVersion) => {
      settleFirst(exit, seenVersion);
      settle(exit, seenVersion);
    };
    if (work.now > job.work.now) job.work = { ...job.work, now: work.now };
    return true;
  };

  const waiting = (work: Work<unknown, unknown, any>, settle: Job["settle"]): Job => {
    const job: Job = { work, settle, waitedMillis: 0 };
    if (work.key !== undefined) waitingByKey.set(work.key, job);
    return job;
  };

  /** Begins once everything that has arrived by now is in the queue. */
  const schedule = (): void => {
    if (isScheduled || running !== undefined || !isRunnable()) return;
    isScheduled = true;
    setImmediate(start);
  };

  return {
    run: <A, E>(work: Work<A, E, R>) =>
      new Promise<Done<A, E>>((resolve) => {
        const settle: Job["settle"] = (exit, seenVersion) => resolve({ exit, version: seenVersion } as Done<A, E>);
        if (isClosed) return settle(Exit.die(new TypeError("fetch failed: the server is closed")));
        checkpoints?.interrupt();
        if (work.mode === "write") writes.push({ work, settle, waitedMillis: 0 });
        else if (!joins(work, settle)) reads.push(waiting(work, settle));
        schedule();
      }),
    isCurrent: (then, now) => {
      if (then !== version || running !== undefined || isClosed) return false;
      let isDue = true;
      const failed = attempted(() => {
        noticeOthers();
        isDue = stores.deadlines.isAnyDue(now);
      });
      return failed === undefined && then === version && !isDue;
    },
    close: () => {
      isClosed = true;
      if (running === undefined && isIdle()) return Promise.resolve();
      return new Promise((resolve) => idle.push(resolve));
    },
  };
};
