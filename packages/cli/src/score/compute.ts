/** What `evalwire score` does, step by step. */
import { setTimeout } from "node:timers/promises";
import type { MetricConfig, MetricPlan } from "@evalwire/metrics";
import type { Lookups } from "@evalwire/metrics/exports";
import { presets } from "@evalwire/metrics/presets";
import { CommandFailure } from "../CommandFailure.ts";
import type { Session } from "../Session.ts";
import * as BlockPool from "./blocks/BlockPool.ts";
import * as BlockScorer from "./blocks/BlockScorer.ts";
import * as BlockSizes from "./blocks/BlockSizes.ts";
import { groupSeparator, noGroup } from "./blocks/Choice.ts";
import type { Threads } from "./blocks/Threads.ts";
import type { CompareOptions } from "./Comparison.ts";
import * as Corpora from "./Corpora.ts";
import { checkedPlan, hasNoMappings, needsUsualPlaces, readConfig, refuseUnusedPlaces } from "./config.ts";
import * as Gate from "./Gate.ts";
import * as Format from "./input/Format.ts";
import { expanded, refuseOverwriting } from "./input/files.ts";
import type { SourceOptions } from "./input/Source.ts";
import { closingLines } from "./output/closingLines.ts";
import * as Output from "./output/Output.ts";
import type { View } from "./output/View.ts";
import * as Pace from "./Pace.ts";
import * as ResumeState from "./ResumeState.ts";
import * as WorstCases from "./report/WorstCases.ts";
import { type RunOptions, run, runOther } from "./run.ts";
import type { ScoreOptions } from "./ScoreOptions.ts";
import * as Scores from "./Scores.ts";
import * as Summary from "./Summary.ts";
import { scorersFor } from "./scorersFor.ts";
import * as WordData from "./WordData.ts";

/** Option combinations that parse but are invalid. */
const refuse = (files: ReadonlyArray<string>, options: ScoreOptions): void => {
  const { compare, compareWhere, plot, out, config, resume, format, json, failIfWorse } = options;
  const isJson = json === true || format === "json";
  if (files.filter((file) => file === "-").length + (compare === "-" ? 1 : 0) > 1) {
    throw new CommandFailure("standard input can be read once", 2);
  }
  if (resume && (out === undefined || !isJson)) throw new CommandFailure("--resume needs --out and --format json", 2);
  if (failIfWorse && compare === undefined) throw new CommandFailure("--fail-if-worse needs --compare", 2);
  if (compareWhere && compare === undefined) throw new CommandFailure("--compare-where needs --compare", 2);
  refuseOverwriting([out, plot], [...files, compare, config]);
};

const viewOf = ({ from, records, id, where, groupBy, candidate, reference }: ScoreOptions): View => ({
  ...{ from, records, id, where, groupBy, fields: { candidate, reference } },
});

/** The options on records, for `--resume` to compare; `undefined` where there were none. */
const saidOf = ({ from, records, id, where, groupBy, fields }: View): Partial<View> | undefined => {
  const said = {
    ...{ ...(from && { from }), ...(records && { records }), ...(id && { id }) },
    ...{ ...(where.length > 0 && { where }), ...(groupBy.length > 0 && { groupBy }) },
    ...((fields.candidate ?? fields.reference) && { fields }),
  };
  return Object.keys(said).length === 0 ? undefined : said;
};

/** Most rows of a resample: more records are drawn in batches, and the statistics of a million take as long as those of these. */
const batches = 16_384;

/** Bytes that the result of a record takes, about. */
const resultBytesOf = ({ keys, corpora }: MetricPlan, keepsIds: boolean): number =>
  21 + 8 * keys.length + 80 * corpora.size + (keepsIds ? 64 : 0);

/** Scores in this thread, with the kernels that others load by themselves. */
const inThread = async (scorer: BlockScorer.BlockScorer): Promise<BlockPool.BlockPool> => {
  (await import("@evalwire/metrics/wasm")).installKernels();
  return BlockPool.inThread(scorer);
};

/** For how long workers may be silent at first. */
const silenceMillis = 5_000;

/** Loaded only for a fleet. */
const ofFleet = async (
  servers: string,
  name: string,
  begin: BlockPool.Begin,
  plan: MetricPlan,
  { terminal }: Session,
): Promise<BlockPool.BlockPool> => {
  const [{ openQueue }, { fleetPool, reminding }, { addressesOf }] = await Promise.all([
    import("@evalwire/fleet/queue"),
    import("./blocks/fleetPool.ts"),
    import("../fleet.ts"),
  ]);
  const onFailure = (error: unknown) =>
    void terminal.note(`evalwire: ${error instanceof Error ? error.message : String(error)}`);
  const open = await openQueue({ servers: addressesOf(servers), name, onFailure });
  const run = await open.queue.run(`score-${crypto.randomUUID()}`);
  const remind = () =>
    terminal.note(
      `evalwire: no worker of the fleet ${name} has scored anything yet; start some: evalwire worker --fleet … --fleet-name ${name}`,
    );
  const pause = (signal: AbortSignal) => setTimeout(silenceMillis, undefined, { signal, ref: false });
  const watched = reminding(run, remind, pause);
  return fleetPool(watched, begin, plan, async () => {
    watched.stop();
    await run.close();
    await open.close();
  });
};

const nothingScored = (scores: Scores.Scores): string => {
  const parts = [
    [scores.failed, "bad"],
    [scores.noAnswer, "without an answer"],
    [scores.noReference, "without a reference"],
  ] as const;
  const counts = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `no record could be scored: ${counts.join(", ")}; check the mappings, or say --candidate and --reference`;
};

const noRecords = (records: string, { none }: Scores.Scores): string =>
  none.length > 0 ? none.join("; ") : `${records}: no records that --where selects`;

/** Fields that records are grouped by, and that none of them has. */
const absentFields = (fields: ReadonlyArray<string>, groups: ReadonlyArray<string>): ReadonlyArray<string> =>
  fields.filter((_, at) => groups.every((group) => group.split(groupSeparator)[at] === noGroup));

/** @param threads those that were started for it, if any */
export const compute = async (
  files: ReadonlyArray<string>,
  options: ScoreOptions,
  session: Session,
  threads: Threads | undefined,
): Promise<void> => {
  refuse(files, options);
  const { compare, plot, onError, seed, samples = 1000, out } = options;
  const { terminal, stop } = session;
  const preset = presets[options.preset];
  const config: MetricConfig = readConfig(options.config);
  const asked: WordData.Asked = {
    ...{ punkt: options.punkt, wordnet: options.wordnet, embeddings: options.embeddings },
    ...(options.embeddings !== undefined && { embeds: WordData.embedsOf(config) }),
  };
  if (Object.values(asked).some((one) => one !== undefined)) terminal.progress("  loading word data");
  const providers = await WordData.load(asked);
  const metricOptions = { preset, providers, scorers: await scorersFor(config) };
  const plan = checkedPlan(options.config, config, metricOptions);
  const { keys, lessIsBetter } = plan;
  const gate = { under: options.failUnder, over: options.failOver, isWorse: options.failIfWorse === true };
  Gate.check(gate, keys, lessIsBetter);
  const view = viewOf(options);
  refuseUnusedPlaces(options.config, config, view.fields);
  const isGrouped = view.groupBy.length > 0;
  const said = saidOf(view);
  const what: Format.Run = {
    ...{ keys, preset: options.preset, words: WordData.namesOf(providers), config, ...(said && { view: said }) },
  };
  const keepsCounts = compare !== undefined;
  const corpora = Corpora.make(plan, keepsCounts);
  const resumed = options.resume && out !== undefined ? await ResumeState.load(out, what, corpora, stop) : undefined;
  const name = options.json ? "json" : options.format;
  // Rows with ids are worth keeping: --resume continues from them.
  await using output = await Output.open(out, terminal, {
    appends: resumed !== undefined,
    isKept: () => name === "json",
  });
  // Open the output first: fail before scoring, not after.
  await using drawn = plot === undefined ? undefined : await Output.open(plot, terminal);
  const isSpreadsheetSafe = options.spreadsheetSafe === true;
  const format = Format.make(name, { output, terminal, isFile: out !== undefined, isSpreadsheetSafe, isGrouped, keys });
  const worst = plot === undefined ? undefined : WorstCases.make(config, metricOptions);
  const keepIds = compare !== undefined || options.resume === true;
  const keepsIds = keepIds || name !== "table" || plot !== undefined;
  const begin = { config, preset, asked, keepsWorst: worst !== undefined };
  const lookups: Lookups = new Map();
  const source: SourceOptions = {
    ...{
      view,
      needsUsualPlaces: needsUsualPlaces(config),
      hasNoMappings: hasNoMappings(config),
      lookups,
      keepsIds,
      pairs: keepIds,
    },
    sizes: options.fleet === undefined ? BlockSizes.ofThreads : BlockSizes.ofFleet(resultBytesOf(plan, keepsIds)),
    parsesHere: resumed !== undefined,
  };
  const baseline = compare === undefined ? undefined : expanded([compare]);
  const otherView = { ...view, where: options.compareWhere ?? view.where };
  if (resumed === undefined) await format.begin(what);
  /** The workers begin to end with the scoring: the statistics after it need their memory. */
  const scoreFiles = async () => {
    await using pool =
      options.fleet !== undefined
        ? await ofFleet(options.fleet, options.fleetName, begin, plan, session)
        : threads !== undefined
          ? await BlockPool.ofThreads(threads, begin)
          : await inThread(BlockScorer.make(plan, worst && WorstCases.make(config, metricOptions)));
    const common: RunOptions = { plan, source, pool, onError, keepIds, keepsCounts };
    const scores = await run(files, common, { format, worst, resumed }, session);
    const other = { ...common, source: { ...source, view: otherView, parsesHere: false } };
    return { scores, pairing: baseline && (await runOther(baseline, other, scores, session)) };
  };
  const { scores, pairing } = await scoreFiles();
  const draws = (of: string) => ({
    ...{ seed, samples, batches, method: options.interval, onSample: Pace.ofSteps(session, of) },
  });
  const summary = await Summary.of(scores, lessIsBetter, isGrouped, draws("drawing intervals"));
  const records = files.join(", ");
  const compareOptions: CompareOptions = {
    ...draws("drawing differences"),
    lessIsBetter,
    isGrouped,
    isDefault: options.samples === undefined,
  };
  const comparison =
    pairing && (await (await import("./Comparison.ts")).of(records, compare ?? "", pairing, compareOptions));
  terminal.progress(undefined);
  await format.end(summary, comparison);
  await output.finish();
  if (drawn !== undefined) {
    const columns = new Map(keys.map((key) => [key, Scores.valuesOf(scores, key)]));
    const report = { source: records, summary, columns, worst: worst ?? [], comparison };
    if (/svg$/i.test(plot ?? "")) {
      const { histogramSvg } = await import("./report/histogramSvg.ts");
      await drawn.write(histogramSvg(summary.metrics, columns));
    } else {
      const { html } = await import("./report/Report.ts");
      await drawn.write(html(report));
    }
    await drawn.finish();
  }
  for (const line of closingLines({ summary, out, plot, compare }, terminal)) terminal.note(line);
  if (Scores.total(scores) === 0) throw new CommandFailure(noRecords(records, scores), 1);
  for (const sentence of scores.none) terminal.note(`evalwire: ${sentence}`);
  if (Scores.count(scores) === 0) throw new CommandFailure(nothingScored(scores), 1);
  const absent = absentFields(view.groupBy, scores.groups);
  if (absent.length > 0) throw new CommandFailure(`no record has ${absent.join(" or ")}, which --group-by names`, 1);
  const missed = Gate.missed(gate, summary, comparison);
  if (missed.length > 0) throw new CommandFailure(missed.join("; "), 3);
};
