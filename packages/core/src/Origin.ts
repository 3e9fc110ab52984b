/**
 * State that a client shares with those derived from it: its clock, its plugins, and one hub of watches for each server and
 * account they speak to. Both faces of the client stand on this one composition: `Sgp` as a Layer, `SGPClient` without.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Random from "effect/Random";
import * as Redacted from "effect/Redacted";
import type * as Scope from "effect/Scope";
import { Calls } from "./client/Calls.ts";
import * as Options from "./client/ClientOptions.ts";
import { MiddlewareStack } from "./client/http/MiddlewareStack.ts";
import { invalid, type SgpError } from "./client/SgpError.ts";
import * as Transport from "./client/Transport.ts";
import type { TakenHooks } from "./plugin/EventHooks.ts";
import type { ResourceOf } from "./plugin/PluginResources.ts";
import { type Installable, runtime } from "./plugin/PluginRuntime.ts";
import { Hub, WatchHub } from "./watch/WatchHub.ts";

/** Inputs of both faces of a client. */
export interface OriginOptions extends Options.Options {
  /** Set up in this order, closed in the reverse one; see `definePlugin`. */
  readonly plugins?: ReadonlyArray<Installable<Shared>> | undefined;
}

/** State shared by clients that are derived from one another. */
export interface Shared {
  readonly options: OriginOptions;
  /** Theirs, or the program's own: `Clock` and `Random`. */
  readonly services: Context.Context<never>;
  /** The scorers that plugins registered, by type of metric. */
  readonly metrics: () => Readonly<Record<string, any>>;
  /** The value a plugin provides under a name. */
  readonly resource: <Name extends string>(name: Name) => ResourceOf<Name> | undefined;
  /** The plugins' hooks marked `once`; see `SGPClient.takeOnceHooks`. */
  readonly takeOnceHooks: () => Promise<TakenHooks>;
  /** The pipeline to a server, and the hub of the watches there. */
  readonly connect: (
    settings: Options.Settings,
    around?: Transport.Around,
  ) => Context.Context<Transport.Transport | WatchHub>;
  /** Closes the watches, then the plugins; resolves when nothing is left at work. */
  readonly close: () => Promise<void>;
}

/** A server and account, as one key and one network reach it. */
interface Connection {
  readonly settings: Options.Settings;
  readonly calls: Calls;
  readonly hub: Hub;
}

const isSameAccount = (one: Options.Settings, other: Options.Settings): boolean => {
  const account = "x-selected-account-id";
  return one.baseURL === other.baseURL && one.headers[account] === other.headers[account];
};

// Another key may not be allowed to see what this one sees, and another network may lead elsewhere.
const isSameView = (one: Options.Settings, other: Options.Settings): boolean => {
  const keys = [one.apiKey, other.apiKey].map((key) => (Redacted.isRedacted(key) ? Redacted.value(key) : key));
  return isSameAccount(one, other) && one.fetch === other.fetch && keys[0] === keys[1];
};

const runtimeOf = (plugins: ReadonlyArray<Installable<Shared>>) => {
  const unknown = plugins.flatMap((plugin, index) =>
    plugin?.[runtime] === undefined ? [{ path: `plugins[${index}]`, message: "was not made by definePlugin" }] : [],
  );
  if (unknown.length > 0) throw invalid(unknown, { endpoint: "SGPClient" });
  return plugins[0]?.[runtime];
};

/** Throws an `SgpError` with reason `Invalid` when the options cannot be right. */
const make = (options: OriginOptions, services: Context.Context<never>): Shared => {
  const settings = Options.settle(options);
  // A list, also where a program in JavaScript gives a single plugin.
  const declared: ReadonlyArray<Installable<Shared>> = [options.plugins ?? []].flat();
  const middleware = new MiddlewareStack();
  const calls = new Calls(settings.report);
  const connections: Array<Connection> = [];

  const connectionOf = (to: Options.Settings): Connection => {
    const known = connections.find((each) => isSameView(each.settings, to));
    if (known !== undefined) {
      // Watches are shared, and their budget is: what was said last counts.
      known.hub.limits.requestsPerMinute = to.requestsPerMinute;
      return known;
    }
    // Do not share call events between different servers or accounts.
    const neighbour = connections.find((each) => isSameAccount(each.settings, to));
    const hub = new Hub(plugins?.tap, { requestsPerMinute: to.requestsPerMinute });
    const made = { settings: to, calls: neighbour?.calls ?? new Calls(to.report), hub };
    connections.push(made);
    return made;
  };

  const connecting =
    (ready: Effect.Effect<void>): Shared["connect"] =>
    (to, around) => {
      const { calls: own, hub } = connectionOf(to);
      const transport = Transport.make(to, { calls: own, middleware, ready, around });
      return Context.make(Transport.Transport, transport).pipe(Context.add(WatchHub, hub));
    };

  const shared = (ready: Effect.Effect<void>): Shared => ({
    options,
    services,
    metrics: () => Object.fromEntries(plugins?.metrics ?? []),
    resource: (name) => plugins?.resources.get(name) as any,
    takeOnceHooks: async () =>
      (await plugins?.takeOnceHooks()) ?? { hooks: [], tap: undefined, release: () => undefined },
    connect: connecting(ready),
    close: async () => {
      await Promise.all(connections.map(({ hub }) => hub.close()));
      await plugins?.close();
    },
  });

  const Runtime = runtimeOf(declared);
  // A plugin's own calls during setup must not wait for the setup of plugins.
  const plugins =
    Runtime &&
    new Runtime(declared as ReadonlyArray<never>, { settings, services, middleware, calls }, shared(Effect.void));
  connections.push({ settings, calls, hub: new Hub(plugins?.tap, { requestsPerMinute: settings.requestsPerMinute }) });
  plugins?.begin();
  return shared(plugins?.ready ?? Effect.void);
};

/**
 * Opens what a client and those derived from it share, by the clock and the source of chance of the fiber; closed with its scope.
 *
 * Both faces of the client run this one composition. Fails with reason `Invalid` when the options cannot be right.
 */
export const open = (options: OriginOptions): Effect.Effect<Shared, SgpError, Scope.Scope> => {
  const opened = Effect.gen(function* () {
    const services = Context.make(Clock.Clock, yield* Clock.Clock).pipe(
      Context.add(Random.Random, yield* Effect.service(Random.Random)),
    );
    return yield* Effect.try({ try: () => make(options, services), catch: (error) => error as SgpError });
  });
  return Effect.acquireRelease(opened, ({ close }) => Effect.promise(close));
};
