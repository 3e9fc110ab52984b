import { type MetricConfig, type Scorer, scorers } from "@evalwire/metrics";

/** The scorers of a configuration besides those of the root: loaded where it names one of them, or a type that none of them has. */
export const scorersFor = async ({ components }: MetricConfig): Promise<Readonly<Record<string, Scorer>>> => {
  const isOfRoot = (type: unknown) => typeof type === "string" && Object.hasOwn(scorers, type);
  if (Array.isArray(components) && components.every((one) => isOfRoot(one?.type))) return {};
  return (await import("@evalwire/metrics/extended")).extendedScorers;
};
