/**
 * A score with three faces. Every value lies in [0, 1] and every pair of texts has one: an empty text scores 0.
 *
 * A score carries its `signature`, the choices behind the number in one line (`rouge1|nrefs:1|stem:nltk|tok:rouge|impl:rouge_score-0.1.2`):
 * two numbers may be compared when their signatures are equal. It is read through a getter, so that a score still prints, compares
 * and serialises as its three numbers.
 */
export class Score {
  /** Share of the candidate that was found in the reference, in [0, 1]. */
  readonly precision: number;
  /** Share of the reference that was found in the candidate, in [0, 1]. */
  readonly recall: number;
  /** Harmonic mean of precision and recall, in [0, 1]; 0 when both are 0. */
  readonly fmeasure: number;
  readonly #signature: string;

  constructor(precision: number, recall: number, fmeasure: number, signature: string) {
    this.precision = precision;
    this.recall = recall;
    this.fmeasure = fmeasure;
    this.#signature = signature;
  }

  /** The choices behind the numbers, in one line. */
  get signature(): string {
    return this.#signature;
  }
}

/** The harmonic mean 2pr / (p + r), in this order of operations; 0 when both are 0. */
export const fmeasure = (precision: number, recall: number): number =>
  precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;

/**
 * The score of `hits` shared items out of `candidateCount` and `referenceCount`; a side without items scores 0.
 */
export const ofHits = (hits: number, candidateCount: number, referenceCount: number, signature: string): Score => {
  const precision = hits / Math.max(candidateCount, 1);
  const recall = hits / Math.max(referenceCount, 1);
  return new Score(precision, recall, fmeasure(precision, recall), signature);
};
