/**
 * Records of a block, scored one after the other. Its methods are short and belong to one class, so that the engine compiles each of them
 * once: one long function over a whole block is compiled, and given up again, several times in each worker.
 */
import { MetricError, type MetricPlan, type Texts } from "@evalwire/metrics";
import { mark } from "../input/Repeats.ts";
import * as WorstCases from "../report/WorstCases.ts";
import { type BlockResult, type Outcome, outcome, type SeenRun } from "./BlockResult.ts";
import type { Selected } from "./Choice.ts";

type Corpus = MetricPlan["corpora"] extends ReadonlyMap<string, infer One> ? One : never;

export interface RecordContext {
  readonly plan: MetricPlan;
  readonly keepsIds: boolean;
  readonly marksIds: boolean;
  readonly worst: ReadonlyArray<WorstCases.WorstCases> | undefined;
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

export class ScoredRecords {
  readonly #plan: MetricPlan;
  readonly #keepsIds: boolean;
  readonly #marksIds: boolean;
  readonly #worst: RecordContext["worst"];
  readonly #corpora: ReadonlyArray<Corpus>;
  readonly #outcomes = new Numbers((length) => new Uint8Array(length));
  readonly #at = new Numbers((length) => new Uint32Array(length));
  readonly #groupOf = new Numbers((length) => new Uint32Array(length));
  readonly #values = new Numbers((length) => new Float64Array(length));
  readonly #counts: ReadonlyArray<Numbers<Float64Array<ArrayBuffer>>>;
  readonly #references: ReadonlyArray<Numbers<Uint32Array<ArrayBuffer>>>;
  readonly #marks = new Numbers((length) => new Uint32Array(length));
  readonly #pushMark = (part: number): void => this.#marks.push(part);
  readonly #groups = new Names();
  readonly #problems: Array<string> = [];
  readonly #ids: Array<string | undefined> = [];
  readonly #keys: Array<string | undefined> = [];
  readonly #signatures: Array<readonly [number, string]> = [];
  readonly #signed: ReadonlyArray<Set<string>>;
  #lastSigned: ReadonlyArray<string> | undefined;
  readonly #runs = new Map<string, SeenRun>();
  #lastRun: Selected["run"] | undefined;
  #emptyAnswers = 0;
  readonly #withoutTokens = new Map<string, number>();

  constructor({ plan, keepsIds, marksIds, worst }: RecordContext) {
    this.#plan = plan;
    this.#keepsIds = keepsIds;
    this.#marksIds = marksIds;
    this.#worst = worst;
    this.#corpora = [...plan.corpora.values()];
    this.#counts = this.#corpora.map(() => new Numbers((length) => new Float64Array(length)));
    this.#references = this.#corpora.map(() => new Numbers((length) => new Uint32Array(length)));
    this.#signed = plan.keys.map(() => new Set<string>());
    for (const list of worst ?? []) list.cases.length = 0;
  }

  /** Adds a record of a line. The next one may come when the promise has settled, where there is one; it never rejects. */
  take(selected: Selected, line: number): Promise<void> | undefined {
    this.#at.push(line);
    this.#groupOf.push(this.#groups.numberOf(selected.group));
    if (this.#keepsIds) {
      this.#ids.push(selected.id);
      this.#keys.push(selected.key);
    }
    if (selected.run !== this.#lastRun) this.#see(selected, line);
    if (selected.problem !== undefined) {
      this.#fail(outcome.failed, selected.problem);
      return undefined;
    }
    try {
      const texts = this.#plan.read(selected.record);
      const pending = this.#plan.score(texts);
      if (pending instanceof Promise) return this.#afterwards(selected, line, texts, pending);
      this.#add(selected, line, texts, pending);
    } catch (error) {
      this.#failed(selected, error);
    }
    return undefined;
  }

  result(lines: number, bytes: number): BlockResult {
    return {
      ...{ lines, bytes, outcomes: this.#outcomes.whole(), at: this.#at.whole(), values: this.#values.whole() },
      ...{ problems: this.#problems, emptyAnswers: this.#emptyAnswers, withoutTokens: [...this.#withoutTokens] },
      ...{ ids: this.#keepsIds ? this.#ids : undefined, keys: this.#keepsIds ? this.#keys : undefined },
      ...{ marks: this.#marks.whole(), groups: this.#groups.list, groupOf: this.#groupOf.whole() },
      ...{ signatures: this.#signatures, runs: [...this.#runs.values()] },
      worst: this.#worst?.map(({ cases }) => [...cases]),
      counts: this.#counts.map((numbers) => numbers.whole()),
      references: this.#references.map((numbers) => numbers.whole()),
    };
  }

  async #afterwards(
    selected: Selected,
    line: number,
    texts: ReadonlyArray<Texts>,
    pending: Promise<ReadonlyArray<number>>,
  ): Promise<void> {
    try {
      this.#add(selected, line, texts, await pending);
    } catch (error) {
      this.#failed(selected, error);
    }
  }

  #add(selected: Selected, line: number, texts: ReadonlyArray<Texts>, numbers: ReadonlyArray<number>): void {
    const { keys } = this.#plan;
    for (let key = 0; key < keys.length; key++) this.#values.push(numbers[key]!);
    for (let which = 0; which < this.#corpora.length; which++) {
      const { metric, place } = this.#corpora[which]!;
      for (const count of metric.countsOf(texts[place]!)) this.#counts[which]!.push(count);
      this.#references[which]!.push(texts[place]!.references.length);
    }
    this.#outcomes.push(outcome.scored);
    if (this.#marksIds && selected.key !== undefined) mark(selected.key, selected.group, line, this.#pushMark);
    const behind = this.#plan.signatures(texts);
    if (behind !== this.#lastSigned) this.#sign(behind);
    if (texts[0]?.candidate === "") this.#emptyAnswers++;
    const without = this.#plan.withoutTokens(texts);
    if (without.length > 0) this.#countWithout(without);
    if (this.#worst !== undefined) {
      WorstCases.offer(this.#worst, selected.record, numbers, { id: selected.id, index: this.#at.count - 1, line });
    }
  }

  #see({ group, run }: Selected, line: number): void {
    this.#lastRun = run;
    if (Object.keys(run).length === 0) return;
    const name = JSON.stringify([group, run]);
    if (!this.#runs.has(name)) this.#runs.set(name, { group, run, line });
  }

  #sign(behind: ReadonlyArray<string>): void {
    this.#lastSigned = behind;
    behind.forEach((signature, key) => {
      if (this.#signed[key]!.has(signature)) return;
      this.#signed[key]!.add(signature);
      this.#signatures.push([key, signature]);
    });
  }

  #countWithout(names: ReadonlyArray<string>): void {
    for (const name of names) this.#withoutTokens.set(name, (this.#withoutTokens.get(name) ?? 0) + 1);
  }

  #failed(selected: Selected, error: unknown): void {
    this.#fail(outcomeOf(error, selected), error instanceof MetricError ? error.message : said(error));
  }

  #fail(kind: Outcome, problem: string): void {
    this.#outcomes.push(kind);
    this.#problems.push(problem);
  }
}
