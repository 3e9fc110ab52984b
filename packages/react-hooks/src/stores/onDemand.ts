/**
 * A module that is loaded when a component that may need it is mounted, and is at hand from then on.
 */
import { SgpError } from "@evalwire/core";

export interface OnDemand<Module> {
  /** The module, if it is here. */
  readonly atHand: () => Module | undefined;
  /** Loads it, once for all; asks again after a failure, which is an `SgpError`. */
  readonly load: () => Promise<Module>;
}

export const onDemand = <Module>(fetch: () => Promise<Module>): OnDemand<Module> => {
  let module: Module | undefined;
  let coming: Promise<Module> | undefined;
  return {
    atHand: () => module,
    load: () => {
      coming ??= fetch().then(
        (loaded) => {
          module = loaded;
          return loaded;
        },
        (cause: unknown) => {
          coming = undefined;
          const description = `a part of @evalwire/react-hooks could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}; try again, or load the page anew`;
          throw new SgpError({ reason: { _tag: "Unreachable", description, isUnsent: true }, attempts: 0, cause });
        },
      );
      return coming;
    },
  };
};
