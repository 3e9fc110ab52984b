/**
 * SQuAD's F1 and exact match, by the scripts of version 1.1 and 2.0: of short answers, after case, ASCII punctuation, articles and
 * white space are evened out.
 *
 * Source: the official evaluation scripts, as in Hugging Face evaluate `squad` and `squad_v2`; Rajpurkar et al. 2016 and 2018.
 */

import { checkOptions } from "../checkOptions.ts";
import { listOf, type References } from "../Pairs.ts";
import { fmeasure } from "../Score.ts";
import { splitWhitespace } from "../tokenize/whitespace.ts";
import { sharedTokens } from "./sharedTokens.ts";

/** Which script. */
export interface SquadOptions {
  /**
   * Default `1.1`, where two empty answers are an exact match with an F1 of 0. In `2.0` their F1 is 1, and references without a word
   * stand for "unanswerable" only when there are no others.
   */
  readonly version?: "1.1" | "2.0" | undefined;
}

const optionNames: Record<keyof SquadOptions, true> = { version: true };

/** The best figures over all references, each for itself. */
export interface SquadScore {
  /** In [0, 1]. */
  readonly f1: number;
  /** 0 or 1. */
  readonly exactMatch: number;
  /** The choices behind the numbers, in one line. */
  readonly signature: string;
}

const punctuation = /[!-/:-@[-`{-~]/g;
const articles = /(?<![\p{L}\p{N}_])(?:an?|the)(?![\p{L}\p{N}_])/gu;

/**
 * An answer as SQuAD compares it: lower case, without ASCII punctuation (which joins `the-end`), articles and superfluous white space.
 *
 * @example
 * ```ts
 * import { squadNormalize } from "@evalwire/metrics"
 *
 * squadNormalize("The  Eiffel-Tower, a landmark.") // => "eiffeltower landmark"
 * ```
 */
export const squadNormalize = (answer: string): string =>
  splitWhitespace(answer.toLowerCase().replace(punctuation, "").replace(articles, " ")).join(" ");

const f1Of = (candidate: string, reference: string, version: "1.1" | "2.0"): number => {
  const found = splitWhitespace(candidate);
  const wanted = splitWhitespace(reference);
  if (version === "2.0" && (found.length === 0 || wanted.length === 0)) return found.length === wanted.length ? 1 : 0;
  const shared = sharedTokens(found, wanted);
  return shared === 0 ? 0 : fmeasure(shared / found.length, shared / wanted.length);
};

/**
 * SQuAD F1 and exact match of an answer against one or several reference answers.
 *
 * @throws RangeError when the list of references is empty
 * @example
 * ```ts
 * import { squad } from "@evalwire/metrics"
 *
 * squad("in the Paris region", "Paris").f1 // => 0.5
 * ```
 */
export const squad = (candidate: string, references: References, options: SquadOptions = {}): SquadScore => {
  checkOptions("squad", options, optionNames);
  const { version = "1.1" } = options;
  const list = listOf(references, candidate);
  const answer = squadNormalize(candidate);
  const normalized = list.map(squadNormalize);
  const answerable = normalized.filter((reference) => reference !== "");
  const wanted = version === "1.1" ? normalized : answerable.length > 0 ? answerable : [""];
  return {
    f1: Math.max(...wanted.map((reference) => f1Of(answer, reference, version))),
    exactMatch: wanted.includes(answer) ? 1 : 0,
    signature: `squad|nrefs:${list.length}|version:${version}`,
  };
};
