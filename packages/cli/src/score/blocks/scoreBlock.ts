/** The records of a block, scored: what a worker does with the lines it is given, and the main thread where there is none. */
import { MetricError, type MetricPlan } from "@evalwire/metrics";
import type { JsonEntry } from "@evalwire/metrics/corpus";
import * as WorstCases from "../report/WorstCases.ts";
import type { Selected } from "./Choice.ts";

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
  readonly worst: ReadonlyArray<ReadonlyArray<WorstCases.Case>> | undefined;
}

export interface ScoreContext {
  readonly plan: MetricPlan;
  readonly select: (entry: JsonEntry) => ReadonlyArray<Selected>;
  readonly keepsIds: boolean;
  readonly worst: ReadonlyArray<WorstCases.WorstCases> | undefined;
}

export interface Entries {
  readonly entries: Iterable<JsonEntry>;
  readonly lines: number;
  readonly bytes: number;
  /** Keys of records that an earlier run has. */
  readonly done?: ReadonlySet<string> | undefined;
}

const said = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/** Meaning of an error for a record: that it is bad, or that one of its two sides is not there. */
const outcomeOf = (error: unknown, { hasAnswer, hasReferences }: Selected): Outcome => {
  const reason = error instanceof MetricError ? error.reason : undefined;
  if (reason?._tag !== "NotText" && reason?._tag !== "Missing") return outcome.failed;
  const isNothing = reason._tag === "NotText" && (reason.kind === "null" || reason.kind === "an empty list");
  if (reason.mapping === "candidate") return isNothing || !hasAnswer ? outcome.noAnswer : outcome.failed;
  return isNothing || !hasReferences ? outcome.noReference : outcome.failed;
};

/** Numbers that come one by one. */
class Numbers<A extends Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>> {
  #values: A;
  #count = 0;
  readonly #make: (length: number) => A;

  constructor(make: (length: number) => A) {
    this.#make = make;
    this.#values = make(256);
  }

  push(value: number): void {
    if (this.#count === this.#values.length) {
      const wider = this.#make(2 * this.#count);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#count++] = value;
  }

  get count(): number {
    return this.#count;
  }

  whole(): A {
    return this.#values.slice(0, this.#count) as A;
  }
}

/** Each text once, with its number. */
class Names {
  readonly list: Array<string> = [];
  readonly #numbers = new Map<string, number>();

  numberOf(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.list.length;
      this.list.push(name);
      this.#numbers.set(name, number);
    }
    return number;
  }
}

export const scoreBlock = async (
  { entries, lines, bytes, done }: Entries,
  { plan, select, keepsIds, worst }: ScoreContext,
): Promise<BlockResult> => {
  const outcomes = new Numbers((length) => new Uint8Array(length));
  const at = new Numbers((length) => new Uint32Array(length));
  const groupOf = new Numbers((length) => new Uint32Array(length));
  const values = new Numbers((length) => new Float64Array(length));
  const corpora = [...plan.corpora.values()];
  const counts = corpora.map(() => new Numbers((length) => new Float64Array(length)));
  const references = corpora.map(() => new Numbers((length) => new Uint32Array(length)));
  const groups = new Names();
  const problems: Array<string> = [];
  const ids: Array<string | undefined> = [];
  const keys: Array<string | undefined> = [];
  const signatures: Array<readonly [number, string]> = [];
  const signed = plan.keys.map(() => new Set<string>());
  let lastSigned: ReadonlyArray<string> | undefined;
  const runs = new Map<string, SeenRun>();
  let lastRun: Readonly<Record<string, string>> | undefined;
  let emptyAnswers = 0;
  const withoutTokens = new Map<string, number>();
  for (const list of worst ?? []) list.cases.length = 0;

  const sign = (behind: ReadonlyArray<string>): void => {
    if (behind === lastSigned) return;
    lastSigned = behind;
    behind.forEach((signature, key) => {
      if (signed[key]!.has(signature)) return;
      signed[key]!.add(signature);
      signatures.push([key, signature]);
    });
  };

  const fail = (kind: Outcome, problem: string): void => {
    outcomes.push(kind);
    problems.push(problem);
  };

  for (const entry of entries) {
    for (const selected of select(entry)) {
      if (done !== undefined && selected.key !== undefined && done.has(selected.key)) continue;
      const index = at.count;
      at.push(entry.line);
      groupOf.push(groups.numberOf(selected.group));
      if (keepsIds) {
        ids.push(selected.id);
        keys.push(selected.key);
      }
      if (selected.run !== lastRun) {
        lastRun = selected.run;
        if (Object.keys(selected.run).length > 0) {
          const name = JSON.stringify([selected.group, selected.run]);
          if (!runs.has(name)) runs.set(name, { group: selected.group, run: selected.run, line: entry.line });
        }
      }
      if (selected.problem !== undefined) {
        fail(outcome.failed, selected.problem);
        continue;
      }
      try {
        const texts = plan.read(selected.record);
        const pending = plan.score(texts);
        const numbers = pending instanceof Promise ? await pending : pending;
        for (let key = 0; key < plan.keys.length; key++) values.push(numbers[key]!);
        for (let which = 0; which < corpora.length; which++) {
          const { metric, place } = corpora[which]!;
          for (const count of metric.countsOf(texts[place]!)) counts[which]!.push(count);
          references[which]!.push(texts[place]!.references.length);
        }
        outcomes.push(outcome.scored);
        sign(plan.signatures(texts));
        if (texts[0]?.candidate === "") emptyAnswers++;
        for (const name of plan.withoutTokens(texts)) withoutTokens.set(name, (withoutTokens.get(name) ?? 0) + 1);
        if (worst !== undefined) {
          WorstCases.offer(worst, selected.record, numbers, { id: selected.id, index, line: entry.line });
        }
      } catch (error) {
        fail(outcomeOf(error, selected), error instanceof MetricError ? error.message : said(error));
      }
    }
  }
  return {
    ...{ lines, bytes, outcomes: outcomes.whole(), at: at.whole(), values: values.whole(), problems },
    ...{ ids: keepsIds ? ids : undefined, keys: keepsIds ? keys : undefined },
    ...{ groups: groups.list, groupOf: groupOf.whole(), signatures, runs: [...runs.values()], emptyAnswers },
    withoutTokens: [...withoutTokens],
    worst: worst?.map(({ cases }) => [...cases]),
    counts: counts.map((numbers) => numbers.whole()),
    references: references.map((numbers) => numbers.whole()),
  };
};

/** The buffers of a result, which another thread need not copy. */
export const buffersOf = ({ outcomes, at, values, groupOf, counts, references }: BlockResult): Array<ArrayBuffer> =>
  [outcomes, at, values, groupOf, ...counts, ...references].map(({ buffer }) => buffer);
