/**
 * The records of files, scored. Memory is bounded by the blocks on their way; of the others only numbers are kept, ids where they are
 * needed again, and the texts of a few worst cases.
 */
import type { MetricPlan } from "@evalwire/metrics";
import { exportReaders } from "@evalwire/metrics/exports";
import { CommandFailure } from "../CommandFailure.ts";
import type { Session } from "../Session.ts";
import type { Block, ChosenBlock } from "./blocks/Block.ts";
import type { BlockPool } from "./blocks/BlockPool.ts";
import { type BlockResult, outcome, type SeenRun } from "./blocks/BlockResult.ts";
import { type Selected, selector } from "./blocks/Choice.ts";
import * as Corpora from "./Corpora.ts";
import type { Format } from "./input/Format.ts";
import * as Pairing from "./input/Pairing.ts";
import { type Found, Repeats } from "./input/Repeats.ts";
import * as Source from "./input/Source.ts";
import { type Where, Whereabouts } from "./input/Whereabouts.ts";
import * as Pace from "./Pace.ts";
import type { ResumeState } from "./ResumeState.ts";
import * as WorstCases from "./report/WorstCases.ts";
import * as Scores from "./Scores.ts";

export interface RunOptions {
  readonly plan: MetricPlan;
  readonly source: Source.SourceOptions;
  readonly pool: BlockPool;
  readonly onError: "skip" | "fail";
  /** Whether records are found again by their ids: then each may occur once. */
  readonly keepIds: boolean;
  /** Whether the counts behind scores of the whole corpus are needed again. */
  readonly keepsCounts: boolean;
}

/** The side that is reported on: the handling of its records. */
export interface Reported {
  readonly format: Format;
  /** Offered each record. */
  readonly worst?: ReadonlyArray<WorstCases.WorstCases> | undefined;
  /** Records that were scored before: they are not scored again. */
  readonly resumed?: ResumeState | undefined;
}

/** Bad records that are reported one by one on standard error; further ones are only counted. */
const reportedFailures = 20;

/** The awaited value, or the reason of the abort if that comes first. */
const unlessAborted = <A>(stop: AbortSignal, promise: Promise<A>): Promise<A> => {
  promise.catch(() => {}); // After an abort it is not awaited.
  if (stop.aborted) return Promise.reject(stop.reason);
  return new Promise((resolve, reject) => {
    const abort = () => reject(stop.reason);
    stop.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => stop.removeEventListener("abort", abort));
  });
};

type Step = { readonly next: IteratorResult<Block> } | { readonly result: BlockResult };

/** The results of blocks, in their order; no more are under way than the pool can hold. */
async function* resultsOf(
  { blocks, choice }: Source.Source,
  pool: BlockPool,
  stop: AbortSignal,
  prepare: (block: Block) => Block,
): AsyncGenerator<BlockResult> {
  const iterator = Symbol.asyncIterator in blocks ? blocks[Symbol.asyncIterator]() : blocks[Symbol.iterator]();
  const inFlight: Array<Promise<BlockResult>> = [];
  let pulling: Promise<Step> | undefined;
  let isOver = false;
  const pull = async (): Promise<Step> => ({ next: await iterator.next() });
  try {
    for (;;) {
      if (!isOver && inFlight.length < pool.capacity) pulling ??= pull();
      const waits: Array<Promise<Step>> = pulling === undefined ? [] : [pulling];
      const first = inFlight[0]?.then((result) => ({ result }));
      first?.catch(() => {}); // It may fail after the run has ended with another error.
      if (first !== undefined) waits.push(first);
      if (waits.length === 0) return;
      const step = await unlessAborted(stop, Promise.race(waits));
      if ("result" in step) {
        inFlight.shift();
        yield step.result;
        continue;
      }
      pulling = undefined;
      if (step.next.done === true) isOver = true;
      else {
        const chosen: ChosenBlock = { block: prepare(step.next.value), choice };
        const result = pool.score(chosen);
        // A block no longer awaited may fail silently: the run has ended with another error.
        result.catch(() => {});
        inFlight.push(result);
      }
    }
  } finally {
    pulling?.catch(() => {});
    const closing = Promise.resolve(iterator.return?.(undefined));
    closing.catch(() => {}); // The caller gets the run's own error; a source may never answer.
  }
}

const listed = (values: Readonly<Record<string, string>>): ReadonlyArray<readonly [string, string]> =>
  Object.entries(values);

/** The first run of a group, and where it was seen. */
interface KnownRun {
  readonly run: SeenRun["run"];
  readonly at: string;
}

/** Runs side by side must be chosen from, or kept apart: their mean says nothing about either. */
const checkRuns = (where: Where, first: Map<string, KnownRun>, seen: ReadonlyArray<SeenRun>, base: number) => {
  for (const { group, run, line } of seen) {
    const known = first.get(group);
    if (known === undefined) {
      first.set(group, { run, at: where(line + base) });
      continue;
    }
    const other = listed(run).find(([field, value]) => known.run[field] !== value);
    if (other === undefined) continue;
    const [field, value] = other;
    throw new CommandFailure(
      `these are several runs, and a mean over them says nothing: ${field} is ${known.run[field]} at ${known.at}` +
        ` and ${value} at ${where(line + base)}; choose one with --where ${field}=${known.run[field]}, or keep them apart with --group-by ${field}`,
      2,
    );
  }
};

/** A record's counts for metrics of the whole corpus, by metric. */
type Counted = ReadonlyArray<{ readonly counts: ArrayLike<number>; readonly references: number }>;

const uncounted: Counted = [];

const countedOf = ({ counts, references }: BlockResult, scored: number): Counted => {
  if (counts.length === 0) return uncounted;
  return counts.map((all, which) => {
    const width = all.length / references[which]!.length;
    return { counts: all.subarray(scored * width, (scored + 1) * width), references: references[which]![scored]! };
  });
};

/** A record's name in the output: its key, or its place. */
const nameOf = (key: string | undefined, place: number): string => key ?? String(place);

/** Pairs a record: a place must not be taken for an id. */
const pairedBy = (key: string | undefined, place: number): string => key ?? Pairing.placed(place);

/** Handles the records of a side, one after the other. */
interface Sink {
  /** Takes a block as a whole, all of whose records were scored and are of one group; `false` where it has to see each of them. */
  all?(result: BlockResult, from: string | undefined): boolean;
  scored(
    id: string | undefined,
    key: string | undefined,
    place: number,
    line: number,
    group: string,
    values: Float64Array,
    where: Where,
    from: string | undefined,
    counted: Counted,
  ): Promise<unknown> | undefined;
  unscored(
    why: keyof Scores.Unscored,
    id: string | undefined,
    line: number,
    group: string,
    message: string,
  ): Promise<unknown> | undefined;
  marked?(marks: BlockResult["marks"], source: Source.Source, base: number): void;
  signed?(key: string, signature: string): Promise<unknown> | undefined;
}

const whyOf = {
  [outcome.failed]: "failed",
  [outcome.noAnswer]: "noAnswer",
  [outcome.noReference]: "noReference",
} as const;

/** A record that an earlier run has is offered to the worst cases, and not scored again. */
const resuming = (
  source: Source.Source,
  resumed: ResumeState,
  { plan, worst, onTexts }: SideOptions,
  areSeveral: boolean,
) => {
  const select = selector(source.choice);
  const columns = plan.keys.map((name) => Scores.valuesOf(resumed.scores, name));
  let index = 0;
  const take = ({ record, id, group }: Selected, place: number, line: number): void => {
    const texts = plan.read(record);
    onTexts?.(texts[0]?.candidate === "" ? 1 : 0, new Map(plan.withoutTokens(texts).map((name) => [name, 1])));
    [...plan.corpora.values()].forEach(({ metric, place: which }, at) => {
      const corpus = resumed.scores.corpora[at]!;
      corpus.references.add(texts[which]!.references.length);
      Corpora.add(corpus, metric.countsOf(texts[which]!), group, place);
    });
    if (worst === undefined) return;
    const scores = columns.map((column) => column[place]!);
    WorstCases.offer(worst, record, scores, { id, index, line });
  };
  return (block: Block): Block => {
    if (block._tag !== "entries") return block;
    const done = new Set<string>();
    for (const entry of block.entries) {
      for (const selected of select(entry)) {
        const { key } = selected;
        const place = key === undefined ? -1 : resumed.scores.ids.find(key);
        if (key !== undefined && place >= 0 && place < resumed.count) {
          if (resumed.isSeen[place] === 1) {
            throw twice(
              Source.whereIn(source)(entry.line),
              selected.id ?? key,
              undefined,
              source.choice.from,
              areSeveral,
            );
          }
          resumed.isSeen[place] = 1;
          done.add(key);
          take(selected, place, entry.line);
        }
        index++;
      }
    }
    return { ...block, done };
  };
};

interface SideOptions extends RunOptions {
  readonly worst?: ReadonlyArray<WorstCases.WorstCases> | undefined;
  readonly resumed?: ResumeState | undefined;
  /** Called for records whose answer is an empty text, and per component for those in which it finds no words. */
  readonly onTexts?:
    | ((emptyAnswers: number, withoutTokens: Iterable<readonly [component: string, records: number]>) => void)
    | undefined;
  /** Called for a file without records, with a sentence. */
  readonly onNone: (sentence: string) => void;
  /** Called when the groups are different runs. */
  readonly onMixed?: (() => void) | undefined;
}

/** All files of a side, in order. */
const runSide = async (
  files: ReadonlyArray<string>,
  options: SideOptions,
  sink: Sink,
  session: Session,
): Promise<void> => {
  const { pool, plan, onError, worst, resumed } = options;
  const { keys } = plan;
  const { terminal, stop } = session;
  const pace = Pace.ofRecords(session, files.length === 1);
  const runs = new Map<string, KnownRun>();
  let [index, reported, failed] = [0, 0, 0];
  for (const file of await Source.readLookups(files, options.source, session)) {
    const name = Source.nameOf(file);
    if (terminal.isWatched) terminal.progress(`  reading ${name}`);
    const source = await Source.open(file, options.source, session);
    if (source.recognised !== undefined) terminal.note(`evalwire: reading ${name} as ${source.recognised}`);
    const prepare =
      resumed === undefined ? (block: Block) => block : resuming(source, resumed, options, files.length > 1);
    const where = Source.whereIn(source);
    for (const { field, value } of source.unmet) {
      const selected = `of which --where selects those that are not ${value}`;
      terminal.note(`evalwire: ${name}: its first records have no ${field}, ${selected}`);
    }
    const before = index;
    let lines = 0;
    let bytes = 0;
    for await (const result of resultsOf(source, pool, stop, prepare)) {
      checkRuns(where, runs, result.runs, result.lines === 0 ? 0 : lines);
      if (new Set(Array.from(runs.values(), ({ run }) => JSON.stringify(run))).size > 1) options.onMixed?.();
      for (const [at, signature] of result.signatures) await sink.signed?.(keys[at]!, signature);
      const base = result.lines === 0 ? 0 : lines;
      sink.marked?.(result.marks, source, base);
      let [from, problem] = [0, 0];
      const isUniform = result.problems.length === 0 && result.groups.length === 1;
      const isTaken = isUniform && sink.all?.(result, source.choice.from) === true;
      for (let record = 0; record < result.outcomes.length && !isTaken; record++) {
        const [line, id] = [base + result.at[record]!, result.ids?.[record]];
        const place = index + record;
        const group = result.groups[result.groupOf[record]!]!;
        const kind = result.outcomes[record]!;
        if (kind === outcome.scored) {
          const values = result.values.subarray(from, from + keys.length);
          from += keys.length;
          const counted = countedOf(result, from / keys.length - 1);
          const key = result.keys?.[record];
          const pending = sink.scored(id, key, place, line, group, values, where, source.choice.from, counted);
          if (pending !== undefined) await pending;
          continue;
        }
        const message = result.problems[problem++]!;
        const why = whyOf[kind as keyof typeof whyOf];
        if (why === "failed") {
          failed++;
          if (onError === "fail") throw new CommandFailure(`${where(line)}: ${message}`, 1);
          if (++reported <= reportedFailures) terminal.note(`evalwire: ${where(line)}: ${message}`);
          else if (reported === reportedFailures + 1) terminal.note("evalwire: further bad records are only counted");
        }
        const pending = sink.unscored(why, id, line, group, message);
        if (pending !== undefined) await pending;
      }
      if (worst !== undefined && result.worst !== undefined) {
        const moved = result.worst.map((cases) =>
          cases.map((one) => ({ ...one, index: one.index + index, line: one.line + base })),
        );
        WorstCases.merge(worst, moved);
      }
      options.onTexts?.(result.emptyAnswers, result.withoutTokens);
      index += result.outcomes.length;
      lines += result.lines;
      bytes += result.bytes;
      pace({ done: index, failed, share: source.size === undefined ? undefined : bytes / source.size });
    }
    // --where may select none of a file's records, and an earlier run may have all of them.
    if (index === before && options.source.view.where.length === 0 && resumed === undefined) {
      options.onNone(`${name}: no records${source.lacks === undefined ? "" : `: ${source.lacks}`}`);
    }
  }
  terminal.progress(undefined);
};

const adviceOn = (from: string | undefined, areSeveral: boolean): string => {
  const field = from === undefined ? undefined : exportReaders[from]?.repeatsBy;
  if (field !== undefined) return `choose one with --where ${field}=…, or keep them apart with --group-by ${field}`;
  const what = Source.pairsById(from) ? "--where and --group-by keep runs apart" : "--where chooses among them";
  return `--id names another field, ${what}${areSeveral ? ", --group-by file keeps the files apart" : ""}`;
};

/** @param first where the earlier one stands, if that is known */
const repeated = (where: string, id: string | undefined, first: string | undefined): string =>
  `${where}: an earlier record${first === undefined ? "" : `, at ${first},`} has the` +
  ` ${id === undefined ? "same id" : `id ${JSON.stringify(id)}`}, too`;

/** Records with one id twice can be neither compared nor resumed, whether bad records are skipped or not. */
const twice = (
  where: string,
  id: string,
  first: string | undefined,
  from: string | undefined,
  areSeveral: boolean,
): CommandFailure => new CommandFailure(`${repeated(where, id, first)}; ${adviceOn(from, areSeveral)}`);

/** In records of one's own an id may come twice for good reasons: it is said. */
const warned = async (
  { first, second }: Found<Source.Source>,
  { source }: RunOptions,
  { terminal, stop }: Session,
): Promise<void> => {
  const id = await Source.idAt(second.file, second.line, source.view, stop);
  const [one, other] = [first, second].map(({ file, line }) => Source.whereIn(file)(line));
  terminal.note(`evalwire: ${repeated(other!, id, one)}; both are scored, and count as two`);
};

/**
 * @param files paths, or `-` for standard input
 * @throws CommandFailure for a bad record with `onError: "fail"`; the system's error for a file that cannot be read
 */
export const run = async (
  files: ReadonlyArray<string>,
  options: RunOptions,
  { format, worst, resumed }: Reported,
  session: Session,
): Promise<Scores.Scores> => {
  const { plan, keepIds, keepsCounts } = options;
  const areSeveral = files.length > 1;
  const scores = resumed?.scores ?? Scores.make(plan.keys, Corpora.make(plan, keepsCounts));
  const whereabouts = new Whereabouts(scores.ids.size);
  const repeats = new Repeats<Source.Source>();
  const sink: Sink = {
    all: ({ values, groups, counts }, from) => {
      if (keepIds || Source.pairsById(from) || format.scored !== undefined || counts.length > 0) return false;
      Scores.addAll(scores, values, groups[0]!);
      return true;
    },
    scored: (id, key, place, line, group, values, where, from, counted) => {
      const isUnique = keepIds || (Source.pairsById(from) && id !== undefined);
      if (isUnique) {
        const name = pairedBy(key, place);
        if (!scores.ids.add(name)) {
          const first = whereabouts.at(scores.ids.find(name));
          throw twice(where(line), id ?? nameOf(key, place), first, from, areSeveral);
        }
        whereabouts.push(line, where);
      }
      counted.forEach(({ counts, references }, at) => {
        scores.corpora[at]!.references.add(references);
        Corpora.add(scores.corpora[at]!, counts, group, Scores.count(scores));
      });
      Scores.add(scores, values, group);
      return format.scored?.({ id, name: nameOf(key, place), line, group }, values);
    },
    unscored: (why, id, line, group, message) => {
      Scores.addUnscored(scores, why, group);
      return format.unscored({ id, name: id ?? "", line, group }, why, message);
    },
    marked: (marks, source, base) => repeats.push(marks, source, base),
    signed: (key, signature) => (Scores.sign(scores, key, signature) ? format.signed(key, signature) : undefined),
  };
  const onTexts: SideOptions["onTexts"] = (emptyAnswers, withoutTokens) => {
    scores.emptyAnswers += emptyAnswers;
    for (const [name, records] of withoutTokens) {
      scores.withoutTokens.set(name, (scores.withoutTokens.get(name) ?? 0) + records);
    }
  };
  const onMixed = () => {
    scores.isMixed = true;
  };
  const onNone = (sentence: string) => void scores.none.push(sentence);
  await runSide(files, { ...options, worst, resumed, onTexts, onNone, onMixed }, sink, session);
  const found = repeats.found();
  if (found !== undefined) {
    scores.repeatedIds = found.count;
    await warned(found, options, session);
  }
  const missing = resumed === undefined ? 0 : resumed.isSeen.filter((isSeen) => isSeen === 0).length;
  if (missing > 0) {
    throw new CommandFailure(
      `the earlier --out has ${missing} scored record${missing === 1 ? "" : "s"} that ${files.map(Source.nameOf).join(", ")} does not have; run without --resume to start over`,
    );
  }
  return scores;
};

/** The other side of a comparison. @throws as `run` */
export const runOther = async (
  files: ReadonlyArray<string>,
  options: RunOptions,
  left: Scores.Scores,
  session: Session,
): Promise<Pairing.Pairing> => {
  const pairing = Pairing.make(left);
  const areSeveral = files.length > 1;
  const sink: Sink = {
    scored: (id, key, place, line, _, values, where, from, counted) => {
      const rows = counted.map(({ counts }) => counts);
      if (!Pairing.add(pairing, pairedBy(key, place), values, rows)) {
        throw twice(where(line), id ?? nameOf(key, place), undefined, from, areSeveral);
      }
      return undefined;
    },
    unscored: () => undefined,
  };
  const onNone = (sentence: string) => void session.terminal.note(`evalwire: ${sentence}`);
  await runSide(files, { ...options, onNone }, sink, session);
  return Pairing.whole(pairing);
};
