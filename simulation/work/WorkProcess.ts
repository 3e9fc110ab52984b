/**
 * A process with a worker in it, on a machine with a clock of its own, behind a network that delays and loses. It can be stopped, and killed: then
 * nothing of it reaches the server any more, and its reports are lost.
 */
import { SGPClient } from "@evalwire/core";
import type { SimulatedClock } from "@evalwire/core/testing";
import { type Handler, TaskWorker, type WorkerEvent } from "@evalwire/tasks";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import type { Rng } from "../Rng.ts";
import { SkewedClock } from "../world/SkewedClock.ts";
import type { WorkServer } from "./WorkServer.ts";

export interface Behaviour {
  /** How often a request, or its answer, is lost, or answered by a fault. */
  readonly faults: number;
  /** The longest way there or back, in milliseconds. */
  readonly longestWay: number;
  /** The longest time a handler takes, in milliseconds. */
  readonly longestWork: number;
  readonly throws: number;
  readonly answersBadly: number;
  readonly ignoresSignal: boolean;
}

/** Result of one try of a handler. */
export interface Try {
  readonly taskId: string;
  readonly answer: string;
  readonly isGood: boolean;
}

export class WorkProcess {
  readonly user: string;
  readonly clock: SkewedClock;
  readonly events: Array<WorkerEvent> = [];
  /** Answers that handlers returned while the process lived. */
  readonly returned: Array<Try> = [];
  readonly worker: TaskWorker;
  isAlive = true;
  /** Lets everything through from now on. */
  isCalm = false;
  readonly #rng: Rng;
  readonly #time: SimulatedClock;
  readonly #server: WorkServer;
  readonly #behaviour: Behaviour;

  constructor(parts: {
    readonly user: string;
    readonly name: string;
    readonly time: SimulatedClock;
    readonly offsetMillis: number;
    readonly rng: Rng;
    readonly server: WorkServer;
    readonly behaviour: Behaviour;
    readonly hears: (event: WorkerEvent) => boolean;
  }) {
    this.user = parts.user;
    this.#time = parts.time;
    this.#rng = parts.rng;
    this.#server = parts.server;
    this.#behaviour = parts.behaviour;
    this.clock = new SkewedClock(parts.time, parts.offsetMillis);
    const client = new SGPClient({
      apiKey: parts.user,
      baseURL: "http://evalwire.localhost",
      timeout: "20 seconds",
      fetch: this.#fetch as never,
      clock: this.clock,
      seed: parts.name,
    });
    let answers = 0;
    const handler: Handler = async ({ task, questions, signal }) => {
      const rng = this.#rng;
      const work = this.#sleep(this.isCalm ? 500 : rng.whole(0, this.#behaviour.longestWork));
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
      aborted.catch(() => undefined);
      await (this.#behaviour.ignoresSignal ? work : Promise.race([work, aborted]));
      if (!this.isAlive) return new Promise<never>(() => undefined);
      if (!this.isCalm && rng.is(this.#behaviour.throws)) throw new Error("The model is out of order.");
      const isGood = this.isCalm || !rng.is(this.#behaviour.answersBadly);
      const answer = `${parts.name}/${++answers}${isGood ? "" : " and far more than forty characters allow"}`;
      this.returned.push({ taskId: task.id, answer, isGood });
      return { result: { [questions[0]!.id]: answer } };
    };
    this.worker = new TaskWorker(
      client,
      {
        evaluation_id: parts.server.evaluationId,
        tries: 5,
        idle: ["1 second", "10 seconds"],
        onEvent: (event) => {
          if (this.isAlive && parts.hears(event)) this.events.push(event);
        },
      },
      handler,
    );
  }

  /** The process is gone from one moment to the next. */
  kill(): void {
    this.isAlive = false;
    void this.worker.stop({ within: 0 });
  }

  #sleep(millis: number): Promise<void> {
    return Effect.runPromise(this.#time.sleep(Duration.millis(millis)));
  }

  #fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const lost = () => new TypeError("The connection was lost.");
    if (!this.isAlive) throw lost();
    const { pathname, search } = new URL(url);
    const path = pathname + search;
    const rng = this.#rng;
    const { faults, longestWay } = this.#behaviour;
    const isFault = () => !this.isCalm && rng.is(faults);
    const [losesRequest, losesAnswer, isBusy] = [isFault(), isFault(), isFault()];
    const way = () => this.#sleep(this.isCalm ? 5 : rng.whole(1, longestWay));
    const resultId = /\/test-case-results\/([^/?]+)$/.exec(pathname)?.[1];
    const wasHeld = resultId !== undefined && this.#server.holds(this.user, resultId);
    const body = typeof init.body === "string" ? init.body : undefined;
    // A request in flight arrives, whether its answer is still awaited or not.
    const delivery = async () => {
      await way();
      if (losesRequest) throw lost();
      if (isBusy) return Response.json({ detail: "busy" }, { status: 503 });
      const response = await this.#time.track(
        this.#server.serve({ user: this.user, method: init.method ?? "GET", path, body, wasHeld }),
      );
      await way();
      if (losesAnswer || !this.isAlive) throw lost();
      return response;
    };
    const givenUp = new Promise<never>((_, reject) => {
      init.signal?.addEventListener("abort", () => reject(init.signal?.reason), { once: true });
    });
    givenUp.catch(() => undefined);
    const delivered = delivery();
    delivered.catch(() => undefined);
    return Promise.race([delivered, givenUp]);
  };
}
