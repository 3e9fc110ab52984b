import type { Scorer } from "../config/Scorer.ts";
import { editScorers } from "./editScorers.ts";
import { rougeScorers } from "./rougeScorers.ts";
import { structureScorers } from "./structureScorers.ts";
import { translationScorers } from "./translationScorers.ts";

/**
 * The scorers that the root leaves out, by component type: `{ scorers: extendedScorers }` makes `computeMetrics` and `scoreCorpus`
 * know them. Workers, the command line and the embedded server know them already.
 */
export const extendedScorers: Readonly<Record<string, Scorer>> = {
  ...editScorers,
  ...translationScorers,
  ...rougeScorers,
  ...structureScorers,
};
