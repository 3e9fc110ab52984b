import { rougeScorers } from "./rougeScorers.ts";
import type { Scorer } from "./Scorer.ts";
import { translationScorers } from "./translationScorers.ts";
import { wordScorers } from "./wordScorers.ts";

/** The scorers of this package by component type: the platform's own, and more. */
export const scorers: Readonly<Record<string, Scorer>> = { ...rougeScorers, ...translationScorers, ...wordScorers };
