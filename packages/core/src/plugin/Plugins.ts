/**
 * The plugins of one client: set up in order, closed in the reverse order, each on its own.
 */
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Latch from "effect/Latch";
import { type Issue, invalid } from "../client/SgpError.ts";
import type { Shared } from "../Origin.ts";
import { SGPClient } from "../SGPClient.ts";
import { isPromise } from "../watch/subscription/isPromise.ts";
import { EventHooks } from "./EventHooks.ts";
import { Host, type HostDeps } from "./Host.ts";
import type { PluginDefinition, Undo } from "./PluginHost.ts";
import type { PluginDeps, PluginRuntime } from "./PluginRuntime.ts";

const issuesOf = (plugins: ReadonlyArray<PluginDefinition>): ReadonlyArray<Issue> => {
  const names = plugins.map(({ name }) => name);
  return plugins.flatMap(({ name, requires = [], setup }, index) => {
    const at = (message: string): Issue => ({ path: `plugins[${index}]`, message });
    if (typeof name !== "string" || name === "") return [at("has no name")];
    if (typeof setup !== "function") return [at(`"${name}" has no setup`)];
    const before = names.slice(0, index);
    return [
      ...(before.includes(name) ? [at(`there is another plugin named "${name}"`)] : []),
      ...requires
        .filter((required) => !before.includes(required))
        .map((required) => at(`"${name}" requires "${required}", which is not declared before it`)),
    ];
  });
};

/** Waits for what `run` returns only if it is a promise: what is done at once is done at once. */
const settled = (run: () => unknown): Effect.Effect<unknown> =>
  Effect.suspend(() => {
    const value = run();
    return isPromise(value) ? Effect.promise(() => Promise.resolve(value)) : Effect.succeed(value);
  });

const within = (millis: number, what: string, work: Effect.Effect<unknown>): Effect.Effect<unknown> =>
  Effect.timeoutOrElse(work, {
    duration: millis,
    orElse: () => Effect.die(new Error(`${what} takes longer than ${millis} ms`)),
  });

export class Plugins implements PluginRuntime {
  readonly #plugins: ReadonlyArray<PluginDefinition>;
  readonly #deps: HostDeps;
  readonly #ready = Latch.makeUnsafe(false);
  readonly #hooks = new EventHooks();
  readonly tap = this.#hooks.tap;
  readonly metrics = new Map<string, object>();
  readonly resources = new Map<string, unknown>();
  // In the order in which they were set up, each with its own undo.
  readonly #atWork = new Map<Host, Undo | undefined>();
  #closed: Promise<void> | undefined;

  /** Throws an `SgpError` with reason `Invalid` when the declarations cannot be right. */
  constructor(plugins: ReadonlyArray<PluginDefinition>, deps: PluginDeps, inside: Shared) {
    const issues = issuesOf(plugins);
    if (issues.length > 0) throw invalid(issues, { endpoint: "SGPClient" });
    this.#plugins = plugins;
    const { metrics, resources } = this;
    const client = () => new SGPClient(inside.options, inside);
    this.#deps = { ...deps, hooks: this.#hooks, metrics, resources, client };
  }

  /** Waits until every plugin is set up, or left out. */
  get ready(): Effect.Effect<void> {
    return this.#ready.await;
  }

  /** The hooks marked `once`, when all plugins are set up; see `EventHooks`. */
  async takeOnceHooks() {
    await Effect.runPromise(this.ready);
    return this.#hooks.takeOnce();
  }

  begin(): void {
    const all = Effect.gen({ self: this }, function* () {
      for (const plugin of this.#plugins) yield* this.#setUp(plugin);
      this.#ready.openUnsafe();
    });
    Effect.runForkWith(this.#deps.services)(all);
  }

  /** Resolves when all are closed; a second call waits for the first. */
  close(): Promise<void> {
    this.#closed ??= Effect.runPromiseWith(this.#deps.services)(
      Effect.gen({ self: this }, function* () {
        yield* this.ready;
        for (const [host, undo] of [...this.#atWork].reverse()) {
          this.#atWork.delete(host);
          const work = within(
            host.limitMillis("close"),
            "its close",
            settled(() => undo?.()),
          );
          yield* this.#reporting(host, "being closed", work);
          host.close();
        }
      }),
    );
    return this.#closed;
  }

  #setUp(plugin: PluginDefinition): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const host = new Host(plugin, this.#deps);
      const absent = plugin.requires?.find((name) => ![...this.#atWork.keys()].some((other) => other.name === name));
      if (absent !== undefined) {
        return host.report(new Error(`left out, since ${absent}, which it requires, could not be set up`));
      }
      const setup = settled(() => this.#closingLate(host, plugin.setup(host)));
      const outcome = yield* this.#reporting(
        host,
        "being set up",
        within(host.limitMillis("setup"), "its setup", setup),
      );
      if (Exit.isFailure(outcome)) return host.close();
      this.#atWork.set(host, typeof outcome.value === "function" ? (outcome.value as Undo) : undefined);
    });
  }

  /** A setup that is done after its plugin was given up is undone. */
  #closingLate(host: Host, undo: unknown): unknown {
    if (isPromise(undo)) {
      const close = async (late: unknown) => {
        if (host.signal.aborted && typeof late === "function") await late();
      };
      // The setup's own rejection is reported where it is awaited.
      undo.then(
        (late) => close(late).catch((error) => host.report(error, "being closed")),
        () => undefined,
      );
    }
    return undo;
  }

  #reporting<A>(host: Host, during: string, work: Effect.Effect<A>): Effect.Effect<Exit.Exit<A>> {
    return Effect.tap(Effect.exit(work), (exit) =>
      Effect.sync(() => {
        if (Exit.isFailure(exit)) host.report(Cause.squash(exit.cause), during);
      }),
    );
  }
}
