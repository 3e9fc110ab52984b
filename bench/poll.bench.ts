/**
 * Cost of a steady poll after `JSON.parse`: a page of 10,000 tasks, one in a hundred changed, from the parsed page to the
 * events delivered to a subscriber; held against parsing that page and, where `EVALWIRE_BASE` names a checkout of an earlier
 * build, against that build in the same run.
 */
import process from "node:process";
import { pathToFileURL } from "node:url";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import { compare, hold } from "./budget.ts";
import { inTurn, timed } from "./measure.ts";
import { evaluationId, later, pageText } from "./page.ts";

const count = 10_000;
const share = 0.01;
const changed = count * share;

const text = pageText(count, { facts: later(count, share) });
const pages = [pageText(count), text].map((page) => JSON.parse(page) as { readonly items: Array<Result> });
const moved = pages[0]!.items.flatMap(({ updated_at }, index) =>
  updated_at === pages[1]!.items[index]!.updated_at ? [] : [index],
);

/** The other one of the two pages, later than all before: an earlier version than the last one would be no news. */
const next = (turn: number) => {
  const { items } = pages[turn % 2]!;
  const updated_at = new Date(Date.UTC(2030, 0, 1, 9, 0, turn)).toISOString();
  for (const index of moved) items[index]!.updated_at = updated_at;
  return pages[turn % 2];
};

interface Result {
  updated_at: string;
}

type Module = Record<string, any>;

/** The modules of one build, by their paths in `packages/core/src`. */
type Build = (path: string) => Promise<Module>;

const ours: Build = (path) => import(`@evalwire/core/src/${path}`);

const of =
  (root: string): Build =>
  (path) =>
    import(new URL(`packages/core/src/${path}`, `${pathToFileURL(root).href}/`).href);

/** A module by where it is now, or by where it was in an earlier build. */
const either = (build: Build, path: string, earlier: string) => build(path).catch(() => build(earlier));

const clock = await Effect.runPromise(Clock.Clock);

/** A watch without a loop and a network: each call gives it the page that is not the last one, and delivers the events. */
const poll = async (build: Build) => {
  const { sourceV4 } = await build("watch/source/sourceV4.ts");
  const { Reconciler } = await either(build, "watch/state/Reconciler.ts", "watch/picture/Reconciler.ts");
  const { Timekeeper } = await build("watch/time/Timekeeper.ts");
  const { Issues, IssueLog = Issues } = await either(build, "watch/IssueLog.ts", "watch/Issues.ts");
  const { list } = await either(build, "contract/v4/evaluations/TestCaseResults.ts", "contract/v4/TestCaseResults.ts");
  const { checkItemwise } = await build("client/http/Answer.ts");
  let turn = 0;
  let page: unknown;
  const answer = () => ({ status: 200, headers: {}, attempts: 1, sentAt: 0, receivedAt: 0, value: page });
  const transport = {
    // An earlier build checked each item of a page against the contract.
    exchange: () => Effect.sync(() => ({ ...answer(), ...checkItemwise(list, page).success })),
    exchangeUnchecked: () => Effect.sync(answer),
    writes: { subscribe: () => () => undefined },
  };
  const source = sourceV4(transport, { evaluationId, pageSize: count, include: [] });
  const reconciler = new Reconciler(evaluationId, new Timekeeper(clock), new IssueLog());
  let events = 0;
  const push = (emitted: ReadonlyArray<unknown>) => {
    events += emitted.length;
  };
  reconciler.store.add({ push, end: () => undefined });
  const known = (taskId: string) => reconciler.store.tasks.get(taskId);
  return () => {
    page = next(++turn);
    events = 0;
    const began = reconciler.begin();
    const scan = reconciler.scan();
    const { value } = Effect.runSync(
      source.page(scan.next, known, reconciler.lastPage?.(scan)) as Effect.Effect<{ readonly value: unknown }>,
    );
    const over = reconciler.takePage(scan, value, began);
    if ((over?.result ?? over?.verdict)?.isComplete !== true) throw new Error("the scan was not complete");
    return events;
  };
};

/** The longest of what is done at once with a page that is all new, then with one on which every task has changed; in milliseconds of
 * this thread's CPU. */
const longestTurn = async (): Promise<number> => {
  const { sourceV4 } = await ours("watch/source/sourceV4.ts");
  const { Reconciler } = await ours("watch/state/Reconciler.ts");
  const { Timekeeper } = await ours("watch/time/Timekeeper.ts");
  const { IssueLog } = await ours("watch/IssueLog.ts");
  const all = pageText(count, { facts: later(count, 1) });
  const rounds = Array.from({ length: 12 }, () => {
    let page: unknown;
    const exchangeUnchecked = () => Effect.sync(() => ({ status: 200, headers: {}, value: page }));
    const source = sourceV4({ exchangeUnchecked }, { evaluationId, pageSize: count, include: [] });
    const reconciler = new Reconciler(evaluationId, new Timekeeper(clock), new IssueLog());
    reconciler.store.add({ push: () => undefined, end: () => undefined });
    const known = (taskId: string) => reconciler.store.tasks.get(taskId);
    const turns: Array<number> = [];
    for (page of [JSON.parse(pageText(count)), JSON.parse(all)]) {
      const began = reconciler.begin();
      const scan = reconciler.scan();
      let taking: Generator | undefined;
      let isOver = false;
      while (!isOver) {
        const turn = timed(() => {
          if (taking === undefined) {
            const { value } = Effect.runSync(source.page(scan.next, known, reconciler.lastPage(scan))) as any;
            taking = reconciler.takingPage(scan, value, began) as Generator;
          }
          isOver = taking.next().done === true;
        });
        turns.push(turn);
      }
    }
    return Math.max(...turns);
  });
  // The first rounds warm it up.
  return rounds.slice(4).sort((one, other) => one - other)[4]!;
};

const base = process.env["EVALWIRE_BASE"];
const contenders = [
  { name: "evalwire, from the parsed page to the events delivered", run: await poll(ours) },
  ...(base === undefined ? [] : [{ name: "the build before", run: await poll(of(base)) }]),
];
for (const { name, run } of contenders) {
  run();
  const found = run();
  // A task that is opened again may be reported by two events: its status, its assignment.
  if (found < changed) throw new Error(`${name}: ${found} events, and ${changed} tasks changed`);
}

const [parse, now, before] = inTurn(
  [
    { name: "JSON.parse of the page", run: () => JSON.parse(text), units: 1 },
    ...contenders.map((each) => ({ ...each, units: 1 })),
  ],
  9,
);

console.log(
  `A steady poll of ${count.toLocaleString("en")} tasks, ${(text.length / 1e6).toFixed(1)} MB, ${changed} changed.\n`,
);
compare("", [parse!, now!, ...(before === undefined ? [] : [before])], { unit: "ms", perMicrosecond: 1e-3 }, [
  ["JSON.parse", parse!],
]);
hold([
  {
    question: "steady poll / JSON.parse",
    figure: now!.median / parse!.median,
    unit: "×",
    budget: { most: 0.06 },
  },
  ...(before === undefined
    ? []
    : [{ question: "the build before / now", figure: before.median / now!.median, unit: "×", budget: { least: 12 } }]),
  {
    question: "longest turn of the event loop for a page on which everything is new or has changed, beyond JSON.parse",
    figure: await longestTurn(),
    unit: "ms",
    budget: { most: 25 },
  },
]);
