/** The result of a block, as a worker sends it. */
import type { Case } from "../report/WorstCases.ts";

/** Result of a record. */
export const outcome = { scored: 0, failed: 1, noAnswer: 2, noReference: 3 } as const;
export type Outcome = (typeof outcome)[keyof typeof outcome];

/** A run of the several that a file may hold: where it was first seen. */
export interface SeenRun {
  readonly group: string;
  readonly run: Readonly<Record<string, string>>;
  readonly line: number;
}

/** The result of a block. Lists are by record, in order, unless they say something else. */
export interface BlockResult {
  /** Lines it has, and bytes, for the progress; lines are 0 where entries carry their own number. */
  readonly lines: number;
  readonly bytes: number;
  readonly outcomes: Uint8Array<ArrayBuffer>;
  /** Line of each record, from 1 within the block where the block counts its lines. */
  readonly at: Uint32Array<ArrayBuffer>;
  /** Of the scored ones: by record, then by key. */
  readonly values: Float64Array<ArrayBuffer>;
  /** Why, of each that was not scored. */
  readonly problems: ReadonlyArray<string>;
  /** Where ids were requested. */
  readonly ids: ReadonlyArray<string | undefined> | undefined;
  readonly keys: ReadonlyArray<string | undefined> | undefined;
  /** Of the scored ones' ids, where they may come twice. */
  readonly marks: Uint32Array<ArrayBuffer>;
  readonly groups: ReadonlyArray<string>;
  readonly groupOf: Uint32Array<ArrayBuffer>;
  /** By metric with a score of the whole corpus, the counts of the scored records, one after the other. */
  readonly counts: ReadonlyArray<Float64Array<ArrayBuffer>>;
  /** By the same metrics, each record's number of references. */
  readonly references: ReadonlyArray<Uint32Array<ArrayBuffer>>;
  /** By key, signatures in the order they occurred. */
  readonly signatures: ReadonlyArray<readonly [at: number, signature: string]>;
  readonly runs: ReadonlyArray<SeenRun>;
  /** Scored records whose answer is an empty text. */
  readonly emptyAnswers: number;
  /** By component, the scored records of which it sees nothing: a text has letters, and none of the tokens that are compared. */
  readonly withoutTokens: ReadonlyArray<readonly [component: string, records: number]>;
  readonly worst: ReadonlyArray<ReadonlyArray<Case>> | undefined;
}

/** The buffers of a result, which another thread need not copy. */
export const buffersOf = ({
  outcomes,
  at,
  values,
  marks,
  groupOf,
  counts,
  references,
}: BlockResult): Array<ArrayBuffer> =>
  [outcomes, at, values, marks, groupOf, ...counts, ...references].map(({ buffer }) => buffer);
