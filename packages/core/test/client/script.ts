/**
 * A scripted fetch: answers in the order they were written, and a record of what was asked.
 */
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Random from "effect/Random";
import * as Options from "../../src/client/ClientOptions.ts";
import type { Fetch } from "../../src/client/http/Attempt.ts";
import { SgpError } from "../../src/client/SgpError.ts";
import * as Transport from "../../src/client/Transport.ts";
import { SimulatedClock } from "../../src/testing.ts";

export interface Asked {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly signal: AbortSignal;
  /** By the script's clock. */
  readonly at: number;
}

export type Step = Response | ((asked: Asked) => Response | Promise<Response>) | Error;

export const json = (value: unknown, init: ResponseInit = {}) =>
  new Response(JSON.stringify(value), { ...init, headers: { "content-type": "application/json", ...init.headers } });

/** An answer that never comes; the request is aborted like a real one. */
export const silence = ({ signal }: Asked) =>
  new Promise<Response>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

export const key = "sk-test-0123456789abcdef";

export const script = (
  steps: ReadonlyArray<Step> | ((asked: Asked, index: number) => Step),
  options: Options.Options = {},
) => {
  const clock = new SimulatedClock({ startAt: "2030-01-01T00:00:00Z" });
  const asked: Array<Asked> = [];
  const fetch: Fetch = async (url, init) => {
    const ask: Asked = {
      url: new URL(url),
      method: init.method ?? "GET",
      headers: init.headers as Record<string, string>,
      body: typeof init.body === "string" ? JSON.parse(init.body) : undefined,
      signal: init.signal!,
      at: clock.now(),
    };
    asked.push(ask);
    const step = typeof steps === "function" ? steps(ask, asked.length - 1) : steps[asked.length - 1];
    if (step === undefined) throw new Error(`the script has no answer number ${asked.length}`);
    if (step instanceof Error) throw step;
    return typeof step === "function" ? step(ask) : step;
  };
  const settings = Options.settle({ apiKey: key, baseURL: "https://sgp.test", fetch, ...options });
  const transport = Transport.make(settings);
  const provide = <A, E>(effect: Effect.Effect<A, E>, seed: string | number = "seed") =>
    effect.pipe(Effect.provideService(Clock.Clock, clock), Random.withSeed(seed));
  /** Runs to the end, moving time on as needed. */
  const run = <A, E>(effect: Effect.Effect<A, E>, seed?: string | number) =>
    clock.until(Effect.runPromise(provide(effect, seed)));
  /** The failure of an effect that fails. */
  const failure = async <A>(effect: Effect.Effect<A, SgpError>, seed?: string | number): Promise<SgpError> => {
    const exit = await clock.until(Effect.runPromiseExit(provide(effect, seed)));
    if (Exit.isSuccess(exit)) throw new Error(`succeeded with ${JSON.stringify(exit.value)}`);
    const found = exit.cause.reasons[0];
    if (found?._tag === "Fail" && found.error instanceof SgpError) return found.error;
    throw new Error(`ended as ${JSON.stringify(exit.cause)}`);
  };
  return { clock, asked, fetch, transport, provide, run, failure };
};
