/** Takes pieces of work from the queue, does them and stores their results. */
import { AckPolicy, type JsMsg } from "@nats-io/jetstream";
import { headers as makeHeaders, nanos } from "@nats-io/nats-core";
import { isError } from "../engine/errorCodes.ts";
import { FleetError } from "../engine/FleetError.ts";
import { abandoned, Grace } from "../engine/Grace.ts";
import { wordsOf } from "../engine/guarded.ts";
import { keepAlive } from "../engine/keepAlive.ts";
import { patiently } from "../engine/patiently.ts";
import { pull, type Reading } from "../engine/pull.ts";
import { checkName, tries, type Work } from "./Queue.ts";
import { errorHeader, objectHeader, stow, unstow, type WorkQueueDeps, workerHeader } from "./stow.ts";

const ackMillis = 5_000;
const openMillis = 5_000;
/** Before what was lost is opened again. */
const pauseMillis = 500;

/** One who does work, several pieces at a time. */
export class Worker implements AsyncDisposable {
  readonly #deps: WorkQueueDeps;
  readonly #works: Readonly<Record<string, Work>>;
  readonly #concurrency: number;
  readonly #abort = new AbortController();
  #isClosing = false;
  readonly #grace: Grace;
  #closing: Promise<void> | undefined;
  readonly #atWork = new Set<Promise<void>>();
  readonly #messages = new Map<string, Reading>();
  readonly #prepare: () => Promise<void>;
  /** Pieces done here. */
  done = 0;

  constructor(
    deps: WorkQueueDeps,
    works: Readonly<Record<string, Work>>,
    concurrency: number,
    prepare: () => Promise<void>,
    closeMillis?: number,
  ) {
    this.#prepare = prepare;
    this.#deps = deps;
    this.#works = works;
    this.#concurrency = concurrency;
    this.#grace = new Grace(deps.time, closeMillis);
    this.#grace.over.addEventListener("abort", () => this.#abort.abort(), { once: true });
  }

  get busy(): number {
    return this.#atWork.size;
  }

  async start(): Promise<void> {
    for (const kind of Object.keys(this.#works)) checkName("The kind of work", kind);
    await Promise.all(
      Object.entries(this.#works).map(async ([kind, work]) => {
        const messages = await this.#open(kind);
        void this.#keepTaking(kind, work, messages).catch(this.#deps.onFailure);
      }),
    );
  }

  async #open(kind: string): Promise<Reading> {
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
    const facts = { maxMessages: this.#concurrency, heartbeatMillis: 1_000, openMillis };
    const messages = await pull(engine, time, consumer, facts);
    this.#messages.set(kind, messages);
    if (this.#isClosing) await messages.close();
    return messages;
  }

  /** Takes pieces until it is closed; what the server has lost is opened again. */
  async #keepTaking(kind: string, work: Work, first: Reading): Promise<void> {
    const { time, onFailure } = this.#deps;
    for (let messages: Reading | undefined = first; !this.#isClosing; ) {
      try {
        for await (const message of messages ?? []) {
          const taking = this.#take(work, message).catch(onFailure);
          const tracked = taking.finally(() => this.#atWork.delete(tracked));
          this.#atWork.add(tracked);
          if (this.#atWork.size >= this.#concurrency) await Promise.race(this.#atWork);
        }
        messages = undefined;
        if (this.#isClosing) return;
        await time.sleep(pauseMillis);
        await this.#prepare();
        messages = await this.#open(kind);
      } catch (error) {
        messages = undefined;
        if (!this.#isClosing) onFailure(error);
      }
    }
  }

  /** Stops taking work; what is under way is finished, or given back when that takes longer than `closeMillis`. */
  close(): Promise<void> {
    this.#closing ??= this.#grace.during(this.#close());
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all([...this.#messages.values()].map((each) => each.close()));
    await Promise.all(this.#atWork);
    this.#abort.abort();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #take(work: Work, message: JsMsg): Promise<void> {
    const { time } = this.#deps;
    const release = keepAlive(time, message, ackMillis);
    try {
      const job = await unstow(this.#deps, message);
      const working = this.#result(work, job).catch((error: unknown) => ({ error }));
      const result = await this.#grace.of(working);
      if (result === abandoned) {
        message.nak();
        const { millis } = this.#grace;
        const text = `A piece of work has not ended within ${millis} ms of its worker's close; it goes back.`;
        return this.#deps.onFailure(new FleetError("Unfinished", text));
      }
      // An error of the work counts, however it is named: only JetStream's own silence is waited out.
      if ("error" in result && message.info.deliveryCount < tries) {
        this.#deps.onFailure(result.error);
        message.nak(200 * message.info.deliveryCount);
        return;
      }
      await this.#store(
        message,
        "error" in result ? { bytes: new Uint8Array(), problem: wordsOf(result.error, 1_000) } : { bytes: result },
      );
      if (!("error" in result)) this.done++;
    } catch (error) {
      this.#deps.onFailure(error);
      message.nak(200 * message.info.deliveryCount);
      return;
    } finally {
      release();
    }
    message.ack();
  }

  async #result(work: Work, job: Uint8Array | undefined): Promise<Uint8Array> {
    if (job === undefined) throw new Error("The object of the piece is not there any more.");
    const bytes: unknown = await work(job, this.#abort.signal);
    if (bytes instanceof Uint8Array) return bytes;
    throw new Error(`The work returned ${String(bytes)} instead of bytes.`);
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
      ...(problem === undefined ? {} : { [errorHeader]: encodeURIComponent(problem.toWellFormed()) }),
    };
    for (const [name, value] of Object.entries(all)) own.set(name, value);
    try {
      await patiently(time, () =>
        engine.js.publish(names.result(run, id), body, { expect: { lastSubjectSequence: 0 }, headers: own }),
      );
    } catch (error) {
      if (!isError(error, "wrongLastSequence")) throw error;
      // Another worker was first. Not our own earlier try, whose object counts.
      const [object] = Object.values(headers);
      const first = await engine.jsm.streams.getMessage(names.resultStream, { last_by_subj: names.result(run, id) });
      if (object !== undefined && first?.header?.get(objectHeader) !== object)
        await this.#deps.objects.remove(object).catch(this.#deps.onFailure);
    }
  }
}
