/** One run as the one who wants it done sees it. */
import { createHash, randomUUID } from "node:crypto";
import { DeliverPolicy, type JsMsg } from "@nats-io/jetstream";
import { headers as makeHeaders } from "@nats-io/nats-core";
import { isError } from "../engine/errorCodes.ts";
import { FleetError } from "../engine/FleetError.ts";
import { inWords } from "../engine/inWords.ts";
import { patiently } from "../engine/patiently.ts";
import { pull, type Reading } from "../engine/pull.ts";
import { checkName, failedOn, type QueueRun, type WorkResult } from "./Queue.ts";
import { errorHeader, objectOf, stow, unstow, type WorkQueueDeps, workerHeader } from "./stow.ts";

const openMillis = 5_000;
/** Before what was lost is opened again. */
const pauseMillis = 500;
/** How often is looked for the stream of pieces, while some have no result. */
const lookMillis = 2_000;

const lastOf = (subject: string): string => subject.slice(subject.lastIndexOf(".") + 1);

interface Waiting {
  readonly kind: string;
  readonly job: Uint8Array;
  readonly resolve: (result: WorkResult) => void;
  readonly reject: (error: unknown) => void;
}

/** The pieces of one run, as the one who wants them done sees them. */
export class WorkRun implements QueueRun, AsyncDisposable {
  readonly name: string;
  readonly #deps: WorkQueueDeps;
  readonly #prepare: () => Promise<void>;
  readonly #found = new Map<string, WorkResult | Error>();
  readonly #asked = new Map<string, Promise<WorkResult>>();
  /** Requested pieces that have no result yet. */
  readonly #waiting = new Map<string, Waiting>();
  /** Pieces whose results were given: they stay in their stream only. */
  readonly #given = new Set<string>();
  /** Objects of pieces and of results that were too long for a message. */
  readonly #objects = { jobs: new Set<string>(), results: new Set<string>() };
  #messages: Reading | undefined;
  readonly #over = new AbortController();
  #isClosed = false;
  /** Pieces whose results were there already. */
  resumed = 0;

  constructor(deps: WorkQueueDeps, name: string, prepare: () => Promise<void>) {
    this.#deps = deps;
    this.name = name;
    this.#prepare = prepare;
  }

  async start(): Promise<void> {
    // Load the results of an earlier run of this name before requesting work.
    const reading = await this.#read();
    await reading.caughtUp;
    void this.#keepReading(reading.ended).catch((error: unknown) => this.#fail(error));
    void this.#keepLooking(await this.#made());
  }

  /** When the stream of pieces was made; `undefined` where it is not there. */
  async #made(): Promise<string | undefined> {
    const { engine, names } = this.#deps;
    try {
      return String((await engine.jsm.streams.info(names.jobStream)).created);
    } catch (error) {
      if (isError(error, "streamNotFound")) return undefined;
      throw error;
    }
  }

  /** Requests again what was in a stream of pieces that was deleted since. */
  async #keepLooking(first: string | undefined): Promise<void> {
    const { time, onFailure } = this.#deps;
    for (let known = first; !this.#over.signal.aborted; ) {
      await time.sleep(lookMillis, this.#over.signal);
      if (this.#over.signal.aborted || this.#waiting.size === 0) continue;
      try {
        const made = await this.#made();
        if (made !== undefined && made === known) continue;
        await this.#prepare();
        known = await this.#made();
        await this.#requestAll();
      } catch (error) {
        onFailure(error);
      }
    }
  }

  async #requestAll(): Promise<void> {
    await Promise.all([...this.#waiting].map(([id, asked]) => this.#request(id, asked)));
  }

  /** Reads the results from the first one; `caughtUp` when all that were there are taken. */
  async #read(): Promise<{ readonly caughtUp: Promise<unknown>; readonly ended: Promise<void> }> {
    const { engine, names, time, onFailure } = this.#deps;
    const consumer = await patiently(time, () =>
      engine.js.consumers.get(names.resultStream, {
        filter_subjects: names.result(this.name, "*"),
        deliver_policy: DeliverPolicy.All,
      }),
    );
    let { num_pending: left } = await consumer.info();
    const messages = await pull(engine, time, consumer, { maxMessages: 200, heartbeatMillis: 1_000, openMillis });
    this.#messages = messages;
    if (this.#isClosed) void messages.close();
    let known: () => void = () => undefined;
    const all = new Promise<void>((resolve) => {
      known = resolve;
    });
    if (left === 0) known();
    const ended = (async () => {
      try {
        for await (const message of messages) {
          await this.#take(message).catch(onFailure);
          if (--left === 0) known();
        }
      } catch (error) {
        // The consumer or its stream was deleted.
        onFailure(error);
      }
    })();
    return { caughtUp: Promise.race([all, ended]), ended };
  }

  /** Reads on where the server has lost the reading, and requests again pieces that may be lost with it. */
  async #keepReading(first: Promise<void>): Promise<void> {
    const { time } = this.#deps;
    for (let ended = first; ; ) {
      await ended;
      if (this.#isClosed) return;
      await time.sleep(pauseMillis);
      const reading = await patiently(time, async () => {
        await this.#prepare();
        return this.#read();
      });
      await reading.caughtUp;
      await this.#requestAll();
      ended = reading.ended;
    }
  }

  /** Has a piece done; resolves with its result. Rejects with a `FleetError` when it failed on several workers. */
  async do(kind: string, job: Uint8Array): Promise<WorkResult> {
    checkName("The kind of work", kind);
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
    const given = this.#given.has(id) ? await this.#stored(id) : undefined;
    if (given !== undefined) return given;
    const result = new Promise<WorkResult>((resolve, reject) => this.#waiting.set(id, { kind, job, resolve, reject }));
    result.catch(() => undefined);
    this.#asked.set(id, result);
    try {
      await this.#request(id, { kind, job });
    } catch (error) {
      // Given again, it is requested again.
      const failure = inWords(error, `run ${this.name}`);
      this.#waiting.get(id)?.reject(failure);
      this.#waiting.delete(id);
      this.#asked.delete(id);
      throw failure;
    }
    return result;
  }

  /** A result that was given before. */
  async #stored(id: string): Promise<WorkResult | undefined> {
    const { engine, names } = this.#deps;
    const stored = await engine.jsm.streams.getMessage(names.resultStream, {
      last_by_subj: names.result(this.name, id),
    });
    if (stored === null) return undefined;
    const { header: headers, data } = stored;
    const bytes = await unstow(this.#deps, { headers, data });
    return bytes === undefined ? undefined : { bytes, worker: headers?.get(workerHeader) ?? "" };
  }

  async #request(id: string, { kind, job }: Pick<Waiting, "kind" | "job">): Promise<void> {
    const { engine, names, time } = this.#deps;
    const { body, headers } = await stow(this.#deps, `job.${this.name}.${id}`, job);
    const own = makeHeaders();
    for (const [name, value] of Object.entries(headers)) own.set(name, value);
    for (const object of Object.values(headers)) this.#objects.jobs.add(object);
    // A publish that is repeated is stored once. Not so an earlier request of this piece, which may have been taken back, or lost.
    const msgID = `${this.name}.${id}.${randomUUID()}`;
    const isRefused = (error: unknown) => (error as { readonly name?: string } | null)?.name === "RequestError";
    await patiently(time, () => engine.js.publish(names.job(kind, this.name, id), body, { msgID, headers: own }), {
      isPassingToo: isRefused,
    });
  }

  /** Takes back what was not begun, and forgets the results unless they are to be gone on with. */
  async close({ keepResults = false }: { readonly keepResults?: boolean } = {}): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#over.abort();
    const { engine, names, objects: stored, onFailure } = this.#deps;
    this.#fail(new FleetError("Closed", `The run ${this.name} was closed.`));
    await this.#messages?.close();
    await engine.jsm.streams.purge(names.jobStream, { filter: names.job("*", this.name, "*") }).catch(onFailure);
    if (!keepResults)
      await engine.jsm.streams.purge(names.resultStream, { filter: names.result(this.name, "*") }).catch(onFailure);
    const { jobs, results } = this.#objects;
    for (const object of [...jobs, ...(keepResults ? [] : results)]) await stored.remove(object).catch(onFailure);
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
    const waiting = this.#waiting.get(id);
    const bytes = await unstow(this.#deps, message);
    if (bytes === undefined) {
      // Its result is lost: it is none, and another one may be stored.
      const { engine, names } = this.#deps;
      await engine.jsm.streams.purge(names.resultStream, { filter: names.result(this.name, id) });
      if (waiting !== undefined) await this.#request(id, waiting);
      return;
    }
    const object = objectOf(message);
    if (object !== undefined) this.#objects.results.add(object);
    const result: WorkResult | Error =
      problem === undefined ? { bytes, worker } : failedOn(this.name, decodeURIComponent(problem));
    this.#waiting.delete(id);
    if (waiting === undefined) {
      // Read once more after the reading was lost.
      if (!this.#given.has(id)) this.#found.set(id, result);
    } else if (result instanceof Error) waiting.reject(result);
    else {
      this.#given.add(id);
      this.#asked.delete(id);
      waiting.resolve(result);
    }
  }
}
