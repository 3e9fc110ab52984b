import type { Providers, Scorer } from "./Scorer.ts";

/** One system's choices: by component type, as in `MetricComponent.params`. See `@evalwire/metrics/presets`. */
export type Preset = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** How a `metric_config` is computed; what the platform leaves undocumented has its default here. */
export interface MetricOptions {
  /** More scorers by type; one of the same type as ours replaces it. */
  readonly scorers?: Readonly<Record<string, Scorer>> | undefined;
  /** How a result's key is formed from the component's name and, where a component gives several numbers, the part; `name/part` when absent. */
  readonly key?: ((name: string, part: string | undefined) => string) | undefined;
  /** Word data, sentence splitting, embeddings. */
  readonly providers?: Providers | undefined;
  /** Whose choices stand behind params that a component leaves open; the platform's (`sgp`) when absent. */
  readonly preset?: Preset | undefined;
  /** Handling of a component whose provider is missing: `throw` (when absent), or `omit` it and report that. */
  readonly unavailable?: "throw" | "omit" | undefined;
}

/** @internal */
export const metricNames: Record<keyof MetricOptions, true> = {
  scorers: true,
  key: true,
  providers: true,
  preset: true,
  unavailable: true,
};
