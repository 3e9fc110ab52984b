/**
 * What a client writes, told to whoever shows the same things: a watch overlays its snapshot with it.
 *
 * 1. Every call that is not a GET is told when it starts, and once more when it has succeeded or failed, under one id.
 * 2. Listeners are called at once, in the order of their subscription; what one throws stops neither the call nor the others.
 */
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Result from "effect/Result";
import type * as Endpoint from "../contract/Endpoint.ts";
import * as HttpRequest from "./HttpRequest.ts";
import { isolated, type Report, toConsole } from "./Problem.ts";
import { SgpError } from "./SgpError.ts";

export interface Write {
  /** The same for the phases of one call, another one for each call. */
  readonly id: string;
  readonly endpoint: Endpoint.Any;
  /** Under the wire's names; a bare id is resolved to its name. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly phase: "started" | "succeeded" | "failed";
  /** What the server answered, when it succeeded. */
  readonly value?: unknown;
  /** Why it failed. With reason `Timeout`, `Unreachable`, `Aborted` or `ServerFault` it may have been carried out all the same. */
  readonly error?: SgpError;
  /** In milliseconds of the client's clock. */
  readonly at: number;
}

export type WriteListener = (write: Write) => void;

const endOf = (endpoint: Endpoint.Any, exit: Exit.Exit<{ readonly value: unknown }, SgpError>): Partial<Write> => {
  if (Exit.isSuccess(exit)) return { phase: "succeeded", value: exit.value.value };
  const failure = Exit.findError(exit);
  const { name, method, path } = endpoint;
  return {
    phase: "failed",
    error: Result.isSuccess(failure)
      ? failure.success
      : new SgpError({ _tag: "Aborted" }, { endpoint: name, method, path }),
  };
};

export class Writes {
  readonly #listeners = new Set<{ readonly listener: WriteListener }>();
  readonly #report: Report;
  #calls = 0;

  /** @param report told what listeners throw */
  constructor(report: Report = toConsole) {
    this.#report = report;
  }

  /** Returns the undo. */
  subscribe(listener: WriteListener): () => void {
    const subscription = { listener };
    this.#listeners.add(subscription);
    return () => {
      this.#listeners.delete(subscription);
    };
  }

  /** The same work, told about if it writes. */
  around<A extends { readonly value: unknown }>(
    endpoint: Endpoint.Any,
    args: HttpRequest.Arguments,
    work: Effect.Effect<A, SgpError>,
  ): Effect.Effect<A, SgpError> {
    if (endpoint.method === "GET") return work;
    return Effect.suspend(() => {
      this.#calls += 1;
      const named = Result.getOrElse(HttpRequest.argumentsOf(endpoint, args), () => ({}));
      const write = { id: `write-${this.#calls}`, endpoint, args: named, phase: "started" as const };
      return Effect.andThen(
        this.#tell(write),
        Effect.onExit(work, (exit) => this.#tell({ ...write, ...endOf(endpoint, exit) })),
      );
    });
  }

  #tell(write: Omit<Write, "at">): Effect.Effect<void> {
    return Effect.map(Clock.currentTimeMillis, (at) => {
      for (const { listener } of [...this.#listeners]) {
        isolated(this.#report, "a listener of writes", () => listener({ ...write, at }));
      }
    });
  }
}
