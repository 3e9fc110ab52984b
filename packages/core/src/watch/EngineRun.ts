/** Runs the fiber of an engine as long as it is held; meanwhile the engine stands in the roster of those at work. */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Random from "effect/Random";
import type { Engine } from "./Engine.ts";

export interface EngineRunDeps<E extends Engine> {
  readonly engine: E;
  /** The engines at work, by evaluation. */
  readonly roster: Map<string, E>;
  readonly clock: Clock.Clock;
  readonly random: (typeof Random.Random)["Service"];
  readonly run: Effect.Effect<void>;
  /** Called when the fiber has stopped and is not held again. */
  readonly onRest: () => void;
}

export class EngineRun<E extends Engine> {
  readonly #deps: EngineRunDeps<E>;
  #holds = 0;
  #fiber: Fiber.Fiber<void> | undefined;

  constructor(deps: EngineRunDeps<E>) {
    this.#deps = deps;
  }

  /** Keeps it at work until the returned function is called; after the last of them it resolves when nothing is left at work. */
  hold(): () => Promise<void> {
    if (this.#deps.engine.isEnded) return async () => undefined;
    this.#holds++;
    if (this.#fiber === undefined) this.#start();
    let isHeld = true;
    return async () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holds--;
      if (this.#holds === 0) await this.#stop();
    };
  }

  /** Takes the engine from the roster. */
  signOff(): void {
    const { engine, roster } = this.#deps;
    const { evaluationId } = engine.store;
    if (roster.get(evaluationId) === engine) roster.delete(evaluationId);
  }

  #start(): void {
    const { clock, random, engine, roster, run } = this.#deps;
    roster.set(engine.store.evaluationId, engine);
    const services = Context.make(Clock.Clock, clock).pipe(Context.add(Random.Random, random));
    this.#fiber = Effect.runForkWith(services)(run);
  }

  async #stop(): Promise<void> {
    const fiber = this.#fiber;
    this.signOff();
    if (fiber === undefined) return;
    this.#fiber = undefined;
    await Effect.runPromise(Fiber.interrupt(fiber));
    // It may be held again meanwhile.
    if (this.#fiber === undefined && !this.#deps.engine.isEnded) this.#deps.onRest();
  }
}
