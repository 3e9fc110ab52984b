/**
 * Where the demo takes place: a server on a SQLite file, and clients that stand for people. Live, it listens on loopback and
 * time is the machine's; simulated, requests stay in the process and time moves only when all wait for it.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SGPClient } from "@evalwire/core";
import { SimulatedClock } from "@evalwire/core/testing";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import { openServer } from "../openServer.ts";

export interface Stage {
  /** Where the server listens; `undefined` when it does not. */
  readonly url: string | undefined;
  readonly database: string;
  /** The server as a function, for those in the same process. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** The key that stands for a user. */
  keyOf(user: string): string;
  client(user: string): SGPClient;
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs an effect on the stage's time. */
  run<A, E>(effect: Effect.Effect<A, E>, signal: AbortSignal): Promise<A>;
  /** Lets time pass until the promise is settled. */
  until<A>(promise: Promise<A>): Promise<A>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly users: ReadonlyArray<string>;
  readonly claimSeconds: number;
  /** A SQLite file, `":memory:"`, or `undefined` for a new file among the system's temporary ones. */
  readonly database: string | undefined;
}

/** A new file for the server, unless one was requested; a simulated run leaves nothing behind of it. */
const databaseOf = (asked: string | undefined) => {
  if (asked !== undefined) return { database: asked, remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), "evalwire-"));
  return { database: join(folder, "demo.db"), remove: () => rmSync(folder, { recursive: true, force: true }) };
};

/** @param apiPort - where the server listens; 0 for a free port */
export const live = async (options: StageOptions & { readonly apiPort: number }): Promise<Stage> => {
  const keys = new Map(options.users.map((user) => [user, randomBytes(16).toString("hex")]));
  const { database } = databaseOf(options.database);
  const apiKeys = Object.fromEntries(Array.from(keys, ([user, key]) => [key, user]));
  const server = await openServer({ database, apiKeys, claimSeconds: options.claimSeconds });
  const listener = await server.listen({ port: options.apiPort }).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  return {
    url: listener.url,
    database,
    fetch: server.fetch,
    keyOf: (user) => keys.get(user)!,
    client: (user) => new SGPClient({ apiKey: keys.get(user)!, baseURL: listener.url }),
    now: () => Date.now(),
    run: (effect, signal) => Effect.runPromise(effect, { signal }),
    until: (promise) => promise,
    close: () => server.close(),
  };
};

/** @param seed - the same seed gives the same run, to the last byte */
export const simulated = async (options: StageOptions & { readonly seed: string }): Promise<Stage> => {
  const clock = new SimulatedClock();
  const keyOf = (user: string) => `key-of-${user}`;
  const { database, remove } = databaseOf(options.database);
  const apiKeys = Object.fromEntries(options.users.map((user) => [keyOf(user), user]));
  const server = await openServer({
    database,
    apiKeys,
    claimSeconds: options.claimSeconds,
    clock,
    seed: options.seed,
  });
  const fetch = clock.trackFetch(server.fetch);
  return {
    url: undefined,
    database,
    fetch: server.fetch,
    keyOf,
    client: (user) =>
      new SGPClient({ apiKey: keyOf(user), baseURL: "http://simulated.invalid", clock, fetch, seed: options.seed }),
    now: () => clock.now(),
    run: (effect, signal) => Effect.runPromise(Effect.provideService(effect, Clock.Clock, clock), { signal }),
    until: (promise) => clock.until(promise, { within: "1 hour" }),
    close: async () => {
      await server.close();
      remove();
    },
  };
};
