/**
 * A module that is loaded when something in it is first needed: a program that never needs it never loads it.
 *
 * 1. It is loaded once for all users, and is available at once from then on.
 * 2. A module that does not load is a failure like a server that does not answer; the next user requests it again.
 */
import * as Effect from "effect/Effect";
import { SgpError } from "./SgpError.ts";

const underWay = new Set<Promise<unknown>>();

/** Settles when the modules being loaded have settled; `undefined` when there are none. No clock shows them: a simulated one waits for this. */
export const modulesUnderWay = (): Promise<unknown> | undefined =>
  underWay.size === 0 ? undefined : Promise.allSettled(underWay);

export class OnDemand<Module> {
  readonly #import: () => Promise<Module>;
  #coming: Promise<Module> | undefined;
  #module: Module | undefined;

  constructor(load: () => Promise<Module>) {
    this.#import = load;
  }

  /** The module, if it is here. */
  get atHand(): Module | undefined {
    return this.#module;
  }

  /** Puts the module at hand: for a program that has it already. */
  provide(module: Module): void {
    this.#module = module;
  }

  /** The module, loaded if it is not here. */
  readonly load: Effect.Effect<Module, SgpError> = Effect.suspend(() =>
    this.#module === undefined
      ? Effect.tryPromise({ try: () => (this.#coming ??= this.#fetch()), catch: unloadable })
      : Effect.succeed(this.#module),
  );

  async #fetch(): Promise<Module> {
    const coming = this.#import();
    underWay.add(coming);
    try {
      this.#module = await coming;
      return this.#module;
    } finally {
      underWay.delete(coming);
      this.#coming = undefined;
    }
  }
}

const unloadable = (error: unknown): SgpError =>
  new SgpError({
    reason: {
      _tag: "Unreachable",
      description: `a part of @evalwire/core could not be loaded: ${error instanceof Error ? error.message : String(error)}; try again, or reload the program`,
    },
  });
