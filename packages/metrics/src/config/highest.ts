import type { Scored } from "./Scorer.ts";

/** The signature of the highest of several scores. */
export const ofHighest = (signature: string, references: number): string =>
  references === 1 ? signature : `${signature}|nrefs:${references}|of:highest`;

/** A metric that knows one reference, over several: the highest score, as SQuAD does; the signature says how many there were. */
export const highest =
  <Options>(metric: (candidate: string, reference: string, options: Options) => Scored) =>
  (candidate: string, references: ReadonlyArray<string>, options: Options): Scored => {
    const all = references.map((reference) => metric(candidate, reference, options));
    const best = all.reduce((one, other) => (other.score > one.score ? other : one));
    return { score: best.score, signature: ofHighest(best.signature, references.length) };
  };
