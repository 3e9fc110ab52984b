/** What each worker of a run does before it scores: loads the word data that was asked for. */
import type { MetricOptions } from "@evalwire/metrics";
import * as WordData from "./WordData.ts";

export default async (asked: unknown): Promise<MetricOptions> => ({
  providers: await WordData.load(asked as WordData.Asked),
});
