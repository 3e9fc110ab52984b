/** Target and options of every hook on a watch. */
import type { Watch } from "@evalwire/core";
import type { Version } from "../stores/Watches.ts";

/** An evaluation of v4 by its id, or of v5 as `{ v5: id }`. */
export type EvaluationId = string | { readonly v5: string };

/**
 * An evaluation by its id, watched by the provider as long as a component uses it; or a watch of your own, e.g. `follow(feed)`, which the
 * hooks never close.
 */
export type Watched = EvaluationId | Watch;

/** No evaluation yet: the hook looks at nothing, and gives what an evaluation without anything in it gives. */
export type Nothing = null | undefined;

/** Options of every hook that looks at a watch; `T` is what the hook gives without `select`. */
export interface ReadOptions<T, A = T> {
  /** Whether to look at all; with `false` the hook does what it does for `null`. Default true. */
  readonly enabled?: boolean;
  /** Waits in the nearest `<Suspense>` until there is something to show; then `throwOnError` is on. Default false. */
  readonly suspense?: boolean;
  /** Throws the `SgpError` a watch has ended with, for the nearest error boundary; see `useRestart`. Default false. */
  readonly throwOnError?: boolean;
  /** Selector of the value; the component renders again only when its result changes. Keep its reference, or keep it cheap. */
  readonly select?: (value: T) => A;
  /** Whether two selections are the same. Default: equal element by element or field by field, one level deep. */
  readonly isEqual?: (a: A, b: A) => boolean;
}

export const readNames: Record<keyof ReadOptions<unknown>, true> = {
  enabled: true,
  suspense: true,
  throwOnError: true,
  select: true,
  isEqual: true,
};

/** Target of a hook: an evaluation by its id, or a watch; neither of them where there is nothing. */
export interface Target {
  readonly id?: string;
  readonly version: Version;
  readonly watch?: Watch | Nothing;
}

/** The target that a hook was given. Throws a sentence for what is no evaluation. */
export const targetOf = (hook: string, watched: Watched | Nothing): Target => {
  const { v5: id = watched, subscribe } = Object(watched);
  const version = id === watched ? "v4" : "v5";
  if (subscribe || watched === null || watched === undefined) return { version, watch: watched as Watch };
  if (typeof id === "string" && id.trim() !== "") return { version, id };
  throw new TypeError(
    `${hook}: there is no evaluation to look at; pass an id, { v5: id }, a watch, or null, not ${JSON.stringify(watched)}`,
  );
};
