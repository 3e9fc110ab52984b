/**
 * How the demo's people judge: by how much of the expected summary they find in the one before them, each with an eye of their
 * own. Nothing is decided beforehand; the texts decide.
 */
import { rouge } from "@evalwire/metrics";
import type { DemoCase } from "./cases/index.ts";

export const verdicts = ["faithful", "incomplete", "wrong"] as const;

export interface Judgement {
  /** 1 (useless) to 5. */
  readonly quality: number;
  readonly verdict: (typeof verdicts)[number];
}

/** The share of common wording from which a summary is as good as one's own. */
const full = 0.75;

/** @param bias - added to the quality before it is rounded: a kind eye is positive, a hurried one anything */
export const of = ({ output, expected }: DemoCase, bias: number): Judgement => {
  const { rouge1 } = rouge(output, expected, { types: ["rouge1"], stemmer: true });
  const quality = Math.min(5, Math.max(1, Math.round(1 + (4 * Math.min(rouge1.fmeasure, full)) / full + bias)));
  return { quality, verdict: quality >= 4 ? "faithful" : quality >= 3 ? "incomplete" : "wrong" };
};
