/**
 * The calls made through a client, reported to its listeners: a watch overlays its snapshot with what is written, a
 * tracer draws a span.
 *
 * 1. A call is reported when it starts, and once more when it has succeeded or failed, under one id: each time to the listeners of that moment.
 * 2. Listeners are called at once, in the order of their subscription; what one throws stops neither the call nor the others.
 */
import * as Cause from "effect/Cause";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Result from "effect/Result";
import type * as Endpoint from "../contract/Endpoint.ts";
import * as HttpRequest from "./http/HttpRequest.ts";
import { Listeners } from "./Listeners.ts";
import type { Report } from "./Problem.ts";
import { SgpError } from "./SgpError.ts";

export interface Call {
  /** The same for the phases of one call, another one for each call; its attempts carry it too. */
  readonly id: string;
  readonly endpoint: Endpoint.Any;
  /** Under the wire's names; a bare id is resolved to its name. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly phase: "started" | "succeeded" | "failed";
  /** Present when a watch made the call to see what is there. */
  readonly isPoll?: true;
  /** The server's answer, when the call succeeded. */
  readonly value?: unknown;
  /** Why it failed. A write may have taken effect all the same: then it is `inDoubt`. */
  readonly error?: SgpError;
  /** The HTTP status, when there was an answer. */
  readonly status?: number | undefined;
  /** How many attempts were made, once it is over. */
  readonly attempts?: number | undefined;
  readonly requestId?: string | undefined;
  /** The `Date` of the server's answer, when the call succeeded: by the server's clock, not the client's. */
  readonly date?: string | undefined;
  /** In milliseconds of the client's clock. */
  readonly at: number;
}

export type CallListener = (call: Call) => void;

/** Facts about a successful call. */
interface Made {
  readonly value: unknown;
  readonly status: number;
  readonly attempts: number;
  readonly requestId: string | undefined;
  readonly headers: HttpRequest.Headers;
}

const endOf = ({ name, method, path }: Endpoint.Any, exit: Exit.Exit<Made, SgpError>): Partial<Call> => {
  if (Exit.isSuccess(exit)) {
    const { value, status, attempts, requestId, headers } = exit.value;
    return { phase: "succeeded", value, status, attempts, requestId, date: headers["date"] };
  }
  const failure = Cause.squash(exit.cause);
  const error =
    failure instanceof SgpError
      ? failure
      : new SgpError({ reason: { _tag: "Aborted" }, endpoint: name, method, path, inDoubt: method !== "GET" });
  const { status, attempts, requestId } = error;
  return { phase: "failed", error, status, attempts, requestId };
};

export class Calls {
  readonly #listeners: Listeners<Call>;
  #count = 0;

  /** @param report receives each error that a listener throws */
  constructor(report: Report) {
    this.#listeners = new Listeners((error) => report({ source: "a listener of calls", error }));
  }

  /** Returns the undo. */
  subscribe(listener: CallListener): () => void {
    return this.#listeners.add(listener);
  }

  /** Runs the work of a call, which gets the call's id, and reports its start and end. */
  around<A extends Made>(
    endpoint: Endpoint.Any,
    args: HttpRequest.Arguments,
    work: (id: string) => Effect.Effect<A, SgpError>,
    isPoll = false,
  ): Effect.Effect<A, SgpError> {
    return Effect.suspend(() => {
      this.#count += 1;
      const id = `call-${this.#count}`;
      const started = (): Omit<Call, "at"> => {
        const named = Result.getOrElse(HttpRequest.argumentsOf(endpoint, args), () => ({}));
        return { id, endpoint, args: named, phase: "started", ...(isPoll ? { isPoll } : {}) };
      };
      return Effect.andThen(
        this.#emit(started),
        Effect.onExit(work(id), (exit) => this.#emit(() => ({ ...started(), ...endOf(endpoint, exit) }))),
      );
    });
  }

  /** Without listeners nothing is computed. */
  #emit(make: () => Omit<Call, "at">): Effect.Effect<void> {
    if (this.#listeners.size === 0) return Effect.void;
    const call = make();
    return Effect.map(Clock.currentTimeMillis, (at) => this.#listeners.notify({ ...call, at }));
  }
}
