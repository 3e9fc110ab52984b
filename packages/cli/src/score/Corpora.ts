/**
 * Scores of a whole corpus where that is more than a mean (BLEU, chrF, TER): made of counts that add up over records, over all of them and over
 * each group.
 */
import type { MetricPlan } from "@evalwire/metrics";

/** The counts of the records of one metric. */
export interface Corpus {
  readonly key: string;
  readonly metric: CorpusMetric;
  /** By group. */
  readonly sums: Map<string, Array<number>>;
  /** Numbers of references that records have. */
  readonly references: Set<number>;
  /** The counts of each record, where they are needed again; so many for each. */
  rows: Float64Array<ArrayBuffer> | undefined;
  width: number;
}

export type CorpusMetric = NonNullable<ReturnType<MetricPlan["corpora"]["get"]>>["metric"];

/** @param keepsRows whether the counts of each record are needed again */
export const make = ({ corpora }: MetricPlan, keepsRows: boolean): ReadonlyArray<Corpus> =>
  Array.from(corpora, ([key, { metric }]) => ({
    ...{ key, metric, sums: new Map(), references: new Set<number>(), width: 0 },
    rows: keepsRows ? new Float64Array(0) : undefined,
  }));

/** Adds a record's counts. @param place of the record among those that were scored */
export const add = (corpus: Corpus, counts: ArrayLike<number>, group: string, place: number): void => {
  corpus.width = counts.length;
  let sums = corpus.sums.get(group);
  if (sums === undefined) {
    sums = new Array<number>(counts.length).fill(0);
    corpus.sums.set(group, sums);
  }
  for (let at = 0; at < counts.length; at++) sums[at]! += counts[at]!;
  if (corpus.rows === undefined) return;
  const end = (place + 1) * counts.length;
  if (end > corpus.rows.length) {
    const wider = new Float64Array(Math.max(end, Math.ceil(1.5 * corpus.rows.length)));
    wider.set(corpus.rows);
    corpus.rows = wider;
  }
  corpus.rows.set(counts, end - counts.length);
};

/** The counts of one record. */
export const rowOf = ({ rows, width }: Corpus, place: number): ReadonlyArray<number> =>
  Array.from(rows!.subarray(place * width, (place + 1) * width));

export interface CorpusScore {
  readonly score: number;
  readonly signature: string;
}

/** Of a group, or of all records; `undefined` where there are none. */
export const scoreOf = (corpus: Corpus, group?: string): CorpusScore | undefined => {
  const { metric, sums, references } = corpus;
  const chosen = group === undefined ? [...sums.values()] : [sums.get(group)].filter((one) => one !== undefined);
  const [first, ...others] = chosen;
  if (first === undefined) return undefined;
  const all = first.map((sum, at) => others.reduce((total, one) => total + one[at]!, sum));
  const signature = metric.signatureOf(references.size === 1 ? [...references][0] : undefined);
  return { score: metric.scoreOf(all), signature };
};
