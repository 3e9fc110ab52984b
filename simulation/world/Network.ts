/**
 * The way between clients and the server, in this process and on the simulated clock: it takes time, and accidents happen on it.
 *
 * 1. The outcome of a request is drawn when it is sent; the same seed draws the same outcomes.
 * 2. A request that was sent arrives, whether its sender still waits for an answer or not.
 * 3. A sender that gives up is released at once.
 */
import type { SimulatedClock } from "@evalwire/core/testing";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import type { Rng } from "../Rng.ts";
import type { Trace } from "../Trace.ts";
import { type Answer, header, instead, type Request, type Served } from "./Answer.ts";
import { type Accident, calm, draw, type FaultProfile, grainMillis, type NetworkOutcome } from "./NetworkOutcome.ts";
import type { SkewedClock } from "./SkewedClock.ts";

/** One request and its outcome, as its sender sees it. Instants are milliseconds since the beginning. */
export interface Exchange {
  readonly number: number;
  readonly sender: string;
  readonly request: Request;
  readonly sentAt: number;
  endedAt: number | undefined;
  /** `aborted`: the sender gave up. `broken`: no answer came, or half of one. */
  outcome: "open" | "answered" | "broken" | "aborted";
  /** The whole answer, once it was there. */
  answer: Answer | undefined;
  /** The clock of the server that made the answer, by how much it had been set then, in milliseconds, and how often. */
  shown: { readonly clock: SkewedClock; readonly setMillis: number; readonly jumps: number } | undefined;
  /** Whether the server has carried it out: then it answered with success, wherever that answer went. */
  isCarriedOut: boolean;
}

export interface Listener {
  readonly sent?: (exchange: Exchange) => void;
  readonly ended?: (exchange: Exchange) => void;
}

export interface Deps {
  readonly time: SimulatedClock;
  readonly rng: Rng;
  readonly trace: Trace;
  /** The leader's, which refusals on the way show. */
  readonly serverClock: SkewedClock;
  readonly serve: (request: Request) => Promise<Served>;
  /** How many bytes of an answer come in a second. */
  readonly bytesPerSecond: number;
}

/** The function with which a client sends its requests. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const never = new Promise<never>(() => undefined);

const broken = () => new TypeError("fetch failed");

export class Network {
  faultProfile: FaultProfile = calm;
  /** A status that every request is answered with from now on. */
  refusal: number | undefined;
  readonly #deps: Deps;
  readonly #listeners: Array<Listener> = [];
  /** The answer under a tag, by path and tag. */
  readonly #tagged = new Map<string, string>();
  #inTransit = 0;
  #exchanges = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** How many things are on their way: requests, copies of them, answers, and pieces of answers. */
  get inTransit(): number {
    return this.#inTransit;
  }

  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  fetchOf(sender: string): Fetch {
    return (url, init) => {
      const { pathname, search } = new URL(url);
      const body = typeof init.body === "string" ? init.body : undefined;
      const request = { method: init.method ?? "GET", path: pathname + search, headers: init.headers, body };
      return this.#exchange(sender, request, init.signal ?? undefined);
    };
  }

  #exchange(sender: string, request: Request, signal: AbortSignal | undefined): Promise<Response> {
    const { rng, trace } = this.#deps;
    const exchange: Exchange = {
      number: ++this.#exchanges,
      sender,
      request,
      sentAt: trace.elapsed,
      endedAt: undefined,
      outcome: "open",
      answer: undefined,
      shown: undefined,
      isCarriedOut: false,
    };
    const outcome = draw(this.faultProfile, rng);
    trace.note(() => `#${exchange.number} ${sender}: ${request.method} ${request.path} ${request.body ?? ""}`);
    for (const { sent } of this.#listeners) sent?.(exchange);
    return new Promise<Response>((resolve, reject) => {
      const giveUp = () => {
        this.#end(exchange, "aborted");
        reject(signal?.reason);
      };
      if (signal?.aborted) return giveUp();
      signal?.addEventListener("abort", giveUp, { once: true });
      this.#travel(exchange, outcome).then(resolve, (error: unknown) => {
        this.#end(exchange, "broken");
        reject(error);
      });
    });
  }

  async #travel(exchange: Exchange, { there, back, accident }: NetworkOutcome): Promise<Response> {
    await this.#pass(there);
    if (accident._tag === "NoConnection") throw broken();
    if (accident._tag === "RequestLost") return never;
    const answer = await this.#answer(exchange, accident);
    await this.#pass(back + this.#transferMillis(answer));
    // It is not awaited any more.
    if (exchange.outcome !== "open") return never;
    if (accident._tag === "AnswerLost") {
      if (accident.how === "silent") return never;
      throw broken();
    }
    return this.#hand(exchange, answer, accident);
  }

  /** How long an answer takes over the line, beside the way itself. */
  #transferMillis({ text }: Answer): number {
    const millis = (text.length / this.#deps.bytesPerSecond) * 1_000;
    return Math.ceil(millis / grainMillis) * grainMillis;
  }

  /** The answer as the server, or something before it, gives it. */
  async #answer(exchange: Exchange, accident: Accident): Promise<Answer> {
    const { serverClock } = this.#deps;
    if (this.refusal !== undefined) return instead(this.refusal, serverClock)!;
    const other = instead(accident, serverClock);
    if (other !== undefined && accident._tag !== "FaultAfter") return other;
    let answer = await this.#serve(exchange);
    if (accident._tag === "Twice") {
      const again = this.#pass(accident.laterMillis).then(() => this.#serve(exchange));
      if (accident.answered === "second") answer = await again;
    }
    if (accident._tag === "Dateless") {
      return { ...answer, headers: answer.headers.filter(([name]) => name !== "date") };
    }
    return other ?? answer;
  }

  async #serve(exchange: Exchange): Promise<Answer> {
    const { serve, trace } = this.#deps;
    const { answer, clock, by } = await serve(exchange.request);
    exchange.shown = { clock, setMillis: clock.setMillis, jumps: clock.jumps };
    exchange.isCarriedOut ||= answer.status < 300;
    const tag = answer.status === 200 ? header(answer, "etag") : undefined;
    if (tag !== undefined) this.#tagged.set(`${exchange.request.path} ${tag}`, answer.text);
    trace.note(
      () => `#${exchange.number} served${by === "leader" ? "" : ` by ${by}`}: ${answer.status} ${answer.text}`,
    );
    return answer;
  }

  /** Gives the sender the answer, or what is left of it. */
  #hand(exchange: Exchange, answer: Answer, accident: Accident): Response {
    const init = {
      status: answer.status,
      headers: answer.headers.map(([name, value]): [string, string] => [name, value]),
    };
    // A 304 has no body that could be cut off or slow; it stands for the answer under the same tag.
    if (answer.status === 304) {
      const text = this.#tagged.get(`${exchange.request.path} ${header(answer, "etag")}`) ?? "";
      this.#end(exchange, "answered", { ...answer, status: 200, text });
      return new Response(null, init);
    }
    if (accident._tag === "Truncated") {
      // A refusal whose body merely ends too soon has said by its status all it has to say.
      const isAnswered = accident.how === "ends" && answer.status >= 400;
      if (isAnswered) this.#end(exchange, "answered", answer);
      else this.#end(exchange, "broken");
      const rest = answer.text.slice(0, Math.floor(answer.text.length * accident.share));
      return new Response(accident.how === "ends" ? rest : this.#breaking(rest), init);
    }
    if (accident._tag === "Slow") return new Response(this.#pieces(exchange, answer, accident), init);
    this.#end(exchange, "answered", answer);
    return new Response(answer.text, init);
  }

  #breaking(text: string): ReadableStream<Uint8Array> {
    let isSent = false;
    return new ReadableStream({
      pull: (controller) => {
        if (isSent) controller.error(broken());
        else controller.enqueue(new TextEncoder().encode(text));
        isSent = true;
      },
    });
  }

  #pieces(
    exchange: Exchange,
    answer: Answer,
    { pieces, pauseMillis }: Extract<Accident, { _tag: "Slow" }>,
  ): ReadableStream<Uint8Array> {
    const bytes = new TextEncoder().encode(answer.text);
    const size = Math.ceil(bytes.length / pieces);
    let at = 0;
    return new ReadableStream(
      {
        pull: async (controller) => {
          await this.#pass(pauseMillis);
          if (exchange.outcome !== "open") return;
          controller.enqueue(bytes.subarray(at, at + size));
          at += size;
          if (at < bytes.length) return;
          controller.close();
          this.#end(exchange, "answered", answer);
        },
        cancel: () => this.#end(exchange, "aborted"),
      },
      { highWaterMark: 0 },
    );
  }

  async #pass(millis: number): Promise<void> {
    this.#inTransit++;
    await Effect.runPromise(this.#deps.time.sleep(Duration.millis(Math.max(1, millis))));
    this.#inTransit--;
  }

  #end(exchange: Exchange, outcome: Exchange["outcome"], answer?: Answer): void {
    if (exchange.outcome !== "open") return;
    const { trace } = this.#deps;
    exchange.outcome = outcome;
    exchange.answer = answer;
    exchange.endedAt = trace.elapsed;
    trace.note(() => `#${exchange.number} ${outcome} ${answer?.status ?? ""}`);
    for (const { ended } of this.#listeners) ended?.(exchange);
  }
}
