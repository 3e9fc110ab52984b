/**
 * Work for any worker with a free slot, on any machine.
 *
 * 1. A piece of work is done by one worker; when that one dies, or says nothing for `ackMillis`, by another.
 * 2. Its result counts once: the first that is stored, checked on every replica of the stream (expected sequence 0). A worker that
 *    comes second is refused, and goes on with the next piece.
 * 3. A piece is named by its content: a run that is resumed under its name takes the results that are there, and requests the rest.
 * 4. A piece that fails on several workers fails its run, with what they said.
 */
import { createHash, randomUUID } from "node:crypto";
import {
  AckPolicy,
  type ConsumerMessages,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JsMsg,
  RetentionPolicy,
  StorageType,
} from "@nats-io/jetstream";
import { headers as makeHeaders, nanos } from "@nats-io/nats-core";
import type { Engine } from "../engine/Engine.ts";
import { FleetError } from "../engine/FleetError.ts";
import type { Names } from "../engine/Names.ts";
import { isPassing, patiently, within } from "../engine/patiently.ts";
import { ensureStream } from "../engine/Streams.ts";
import type { Time } from "../engine/Time.ts";
import type { Snapshots } from "../log/Snapshots.ts";
import { checkName, failedOn, type Queue, type QueueRun, tries, type Work, type WorkResult } from "./Queue.ts";

export interface WorkQueueDeps {
  readonly engine: Engine;
  readonly names: Names;
  readonly time: Time;
  readonly snapshots: Snapshots;
  readonly replicas: number;
  /** This replica, as results name it. */
  readonly member: string;
  readonly onFailure: (error: unknown) => void;
}

const ackMillis = 5_000;
const openMillis = 5_000;
const wrongLastSequence = 10_071;
const workerHeader = "Evalwire-Worker";
const errorHeader = "Evalwire-Error";
const objectHeader = "Evalwire-Object";

const lastOf = (subject: string): string => subject.slice(subject.lastIndexOf(".") + 1);

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
    const run = new WorkRun(this.#deps, name);
    await run.start();
    return run;
  }

  /** Takes work until it is closed. */
  async work(works: Readonly<Record<string, Work>>, concurrency = 1): Promise<Worker> {
    await this.#prepare();
    const worker = new Worker(this.#deps, works, concurrency);
    await worker.start();
    return worker;
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

/** Bytes as they stand in a message: themselves, or the name of an object where they are too many for one. */
const stow = async ({ engine, snapshots }: WorkQueueDeps, name: string, bytes: Uint8Array) => {
  const longest = (engine.nc.info?.max_payload ?? 1_048_576) - 4_096;
  if (bytes.length <= longest) return { body: bytes, headers: {} };
  await snapshots.putBytes(name, bytes);
  return { body: new Uint8Array(), headers: { [objectHeader]: name } };
};

const unstow = async ({ snapshots }: WorkQueueDeps, message: JsMsg): Promise<Uint8Array> => {
  const name = message.headers?.get(objectHeader) || undefined;
  if (name === undefined) return message.data;
  const bytes = await snapshots.getBytes(name);
  if (bytes === undefined) throw new Error(`The object ${name} is not there any more.`);
  return bytes;
};

/** The pieces of one run, as the one who wants them done sees them. */
export class WorkRun implements QueueRun, AsyncDisposable {
  readonly name: string;
  readonly #deps: WorkQueueDeps;
  readonly #found = new Map<string, WorkResult | Error>();
  readonly #waiting = new Map<
    string,
    { readonly resolve: (result: WorkResult) => void; readonly reject: (error: unknown) => void }
  >();
  readonly #nonce = randomUUID();
  readonly #asked = new Map<string, Promise<WorkResult>>();
  #messages: ConsumerMessages | undefined;
  #isClosed = false;
  /** Pieces whose results were there already. */
  resumed = 0;

  constructor(deps: WorkQueueDeps, name: string) {
    this.#deps = deps;
    this.name = name;
  }

  async start(): Promise<void> {
    const { engine, names, time } = this.#deps;
    const consumer = await patiently(time, () =>
      engine.js.consumers.get(names.resultStream, {
        filter_subjects: names.result(this.name, "*"),
        deliver_policy: DeliverPolicy.All,
      }),
    );
    let { num_pending: left } = await consumer.info();
    this.#messages = await within(time, openMillis, consumer.consume({ max_messages: 200, idle_heartbeat: 2_000 }));
    let known: () => void = () => undefined;
    const all = new Promise<void>((resolve) => {
      known = resolve;
    });
    if (left === 0) known();
    void (async () => {
      for await (const message of this.#messages!) {
        await this.#take(message).catch(this.#deps.onFailure);
        if (--left === 0) known();
      }
      if (!this.#isClosed) this.#fail(new Error(`The results of run ${this.name} are not read any more.`));
    })();
    // Load the results of an earlier run of this name before requesting work.
    await all;
  }

  /** Has a piece done; resolves with its result. Rejects with a `FleetError` when it failed on several workers. */
  async do(kind: string, job: Uint8Array): Promise<WorkResult> {
    checkName("The kind of work", kind);
    const { engine, names, time } = this.#deps;
    const id = createHash("sha256").update(kind).update("/").update(job).digest("hex").slice(0, 32);
    const known = this.#found.get(id);
    if (known !== undefined) {
      this.resumed++;
      if (known instanceof Error) throw known;
      return known;
    }
    if (this.#isClosed) throw new FleetError("Closed", `The run ${this.name} was closed.`);
    // Two pieces that say the same are one.
    const asked = this.#asked.get(id);
    if (asked !== undefined) return asked;
    const result = new Promise<WorkResult>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    result.catch(() => undefined);
    this.#asked.set(id, result);
    const { body, headers } = await stow(this.#deps, `job.${this.name}.${id}`, job);
    const own = makeHeaders();
    for (const [name, value] of Object.entries(headers)) own.set(name, value);
    // A publish that is repeated is stored once. Not so one of an earlier run of this name, which may have been taken back.
    const isRefused = (error: unknown) => (error as { readonly name?: string } | null)?.name === "RequestError";
    await patiently(
      time,
      () =>
        engine.js.publish(names.job(kind, this.name, id), body, {
          msgID: `${this.name}.${id}.${this.#nonce}`,
          headers: own,
        }),
      isRefused,
    );
    return result;
  }

  /** Takes back what was not begun, and forgets the results unless they are to be gone on with. */
  async close({ keepResults = false }: { readonly keepResults?: boolean } = {}): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { engine, names, onFailure } = this.#deps;
    this.#fail(new FleetError("Closed", `The run ${this.name} was closed.`));
    await this.#messages?.close();
    await engine.jsm.streams.purge(names.jobStream, { filter: names.job("*", this.name, "*") }).catch(onFailure);
    if (!keepResults)
      await engine.jsm.streams.purge(names.resultStream, { filter: names.result(this.name, "*") }).catch(onFailure);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #fail(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  async #take(message: JsMsg): Promise<void> {
    const id = lastOf(message.subject);
    const worker = message.headers?.get(workerHeader) ?? "";
    const problem = message.headers?.get(errorHeader) || undefined;
    const result: WorkResult | Error =
      problem === undefined
        ? { bytes: await unstow(this.#deps, message), worker }
        : failedOn(this.name, decodeURIComponent(problem));
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting === undefined) this.#found.set(id, result);
    else if (result instanceof Error) waiting.reject(result);
    else waiting.resolve(result);
  }
}

/** One who does work, several pieces at a time. */
export class Worker implements AsyncDisposable {
  readonly #deps: WorkQueueDeps;
  readonly #works: Readonly<Record<string, Work>>;
  readonly #concurrency: number;
  readonly #abort = new AbortController();
  readonly #atWork = new Set<Promise<void>>();
  readonly #messages: Array<ConsumerMessages> = [];
  /** Pieces done here. */
  done = 0;

  constructor(deps: WorkQueueDeps, works: Readonly<Record<string, Work>>, concurrency: number) {
    this.#deps = deps;
    this.#works = works;
    this.#concurrency = concurrency;
  }

  get busy(): number {
    return this.#atWork.size;
  }

  async start(): Promise<void> {
    await Promise.all(Object.entries(this.#works).map(([kind, work]) => this.#consume(kind, work)));
  }

  async #consume(kind: string, work: Work): Promise<void> {
    checkName("The kind of work", kind);
    const { engine, names, time } = this.#deps;
    const name = `workers-${kind}`;
    await patiently(time, () =>
      engine.jsm.consumers.add(names.jobStream, {
        durable_name: name,
        filter_subject: names.job(kind, "*", "*"),
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(ackMillis),
        max_ack_pending: 10_000,
        max_deliver: -1,
      }),
    );
    const consumer = await patiently(time, () => engine.js.consumers.get(names.jobStream, name));
    // When this process dies, pieces fetched but not begun wait for their whole acknowledgement time: fetch no more than there are free workers.
    const consuming = consumer.consume({ max_messages: this.#concurrency, idle_heartbeat: 2_000 });
    const messages = await within(time, openMillis, consuming);
    this.#messages.push(messages);
    void (async () => {
      for await (const message of messages) {
        const taking = this.#take(work, message).catch(this.#deps.onFailure);
        const tracked = taking.finally(() => this.#atWork.delete(tracked));
        this.#atWork.add(tracked);
        if (this.#atWork.size >= this.#concurrency) await Promise.race(this.#atWork);
      }
    })();
  }

  /** Stops taking work; what is under way is finished. */
  async close(): Promise<void> {
    if (this.#abort.signal.aborted) return;
    await Promise.all(this.#messages.map((each) => each.close()));
    await Promise.all(this.#atWork);
    this.#abort.abort();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #take(work: Work, message: JsMsg): Promise<void> {
    const { time } = this.#deps;
    const done = new AbortController();
    void (async () => {
      while (!done.signal.aborted) {
        await time.sleep(ackMillis / 4, done.signal);
        if (!done.signal.aborted) message.working();
      }
    })();
    try {
      const job = await unstow(this.#deps, message);
      const bytes = await work(job, this.#abort.signal);
      await this.#store(message, { bytes });
      this.done++;
    } catch (error) {
      if (isPassing(error) || message.info.deliveryCount < tries) {
        this.#deps.onFailure(error);
        message.nak(200 * message.info.deliveryCount);
        return;
      }
      const problem = error instanceof Error ? error.message : String(error);
      await this.#store(message, { bytes: new Uint8Array(), problem });
    } finally {
      done.abort();
    }
    message.ack();
  }

  /** The first result of a piece is stored, and every further one refused. */
  async #store(
    message: JsMsg,
    { bytes, problem }: { readonly bytes: Uint8Array; readonly problem?: string },
  ): Promise<void> {
    const { engine, names, member, time } = this.#deps;
    const [run = "", id = ""] = message.subject.split(".").slice(-2);
    const { body, headers } = await stow(this.#deps, `result.${run}.${id}.${member}`, bytes);
    const own = makeHeaders();
    const all = {
      ...headers,
      [workerHeader]: member,
      ...(problem === undefined ? {} : { [errorHeader]: encodeURIComponent(problem.slice(0, 1_000)) }),
    };
    for (const [name, value] of Object.entries(all)) own.set(name, value);
    try {
      await patiently(time, () =>
        engine.js.publish(names.result(run, id), body, { expect: { lastSubjectSequence: 0 }, headers: own }),
      );
    } catch (error) {
      const isThere = error instanceof JetStreamApiError && error.code === wrongLastSequence;
      if (!isThere) throw error;
    }
  }
}
