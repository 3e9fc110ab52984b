/**
 * Cost of a poll: a page of 10,000 tasks, of which one in a hundred has changed, compared with the page before; held
 * against parsing that page, and against the ways of others to find the changes.
 */
import type { Transport } from "@evalwire/core";
import { replaceEqualDeep } from "@tanstack/query-core";
import * as Effect from "effect/Effect";
import equal from "fast-deep-equal";
import { distinctUntilChanged, Subject } from "rxjs";
import { compare, hold } from "./budget.ts";
import { Changes, sourceV4, type TaskRow } from "./inside.ts";
import { inTurn, type Timing } from "./measure.ts";
import { evaluationId, later, pageText } from "./page.ts";

const count = 10_000;
const share = 0.01;
const changed = count * share;

type Item = { readonly id: string; readonly task: { readonly id: string } };
type Page = { readonly items: ReadonlyArray<Item> };
type Rows = ReadonlyMap<string, TaskRow>;

const text = pageText(count, { facts: later(count, share) });
const before: Page = JSON.parse(pageText(count));
const after: Page = JSON.parse(text);

/** A pipeline that has the page already: what is left is the watch's own work. */
const given = (page: Page) =>
  ({
    exchangeUnchecked: () =>
      Effect.succeed({ value: page, status: 200, headers: {}, attempts: 1, sentAt: 0, receivedAt: 0 }),
    writes: { subscribe: () => () => undefined },
  }) as unknown as Transport["Service"];

const look = (page: Page) => {
  const source = sourceV4(given(page), { evaluationId, pageSize: count, include: [] });
  return (known: Rows) => Effect.runSync(source.page(undefined, (id) => known.get(id))).value.rows;
};

const byId = (rows: Iterable<TaskRow>): Rows => new Map(Array.from(rows, (row) => [row.id, row]));

const looked = look(after);
const rowsBefore = byId(look(before)(new Map()));
// Read by themselves, so that no row is known to be the same before it has been compared.
const rowsAfter = byId(looked(new Map()));

const expect = (what: string, found: number) => {
  if (found !== changed) throw new Error(`${what}: ${found} changes found, and there are ${changed}`);
};

// As a look gives them to the watch: what has not changed is the known row itself.
const rowsLooked = byId(looked(rowsBefore));

const diff = () => Changes.diff(rowsBefore, rowsAfter).size;

const diffOfLooked = () => Changes.diff(rowsBefore, rowsLooked).size;

/** From the parsed page to changes: read leniently item by item, kept in slim rows, compared with what is known. */
const lookAndDiff = () => {
  let changes = 0;
  for (const row of looked(rowsBefore)) if (Changes.between(rowsBefore.get(row.id), row) !== undefined) changes++;
  return changes;
};

/** Keeps the old object wherever it equals the new one; what is another object has changed. */
const structuralSharing = () => {
  const shared = replaceEqualDeep(before, after) as Page;
  let changes = 0;
  for (let index = 0; index < count; index++) if (shared.items[index] !== before.items[index]) changes++;
  return changes;
};

/** A subject for each task that lets by what differs from the last; the pages come in turn, so each has its changes. */
const distinct = <Value>(
  pages: readonly [ReadonlyArray<Value>, ReadonlyArray<Value>],
  idOf: (value: Value) => string,
) => {
  const subjects = new Map<string, Subject<Value>>();
  let changes = 0;
  const show = (page: ReadonlyArray<Value>) => {
    changes = 0;
    for (const value of page) subjects.get(idOf(value))!.next(value);
    return changes;
  };
  for (const value of pages[0]) {
    const subject = new Subject<Value>();
    subject.pipe(distinctUntilChanged<Value>(equal)).subscribe(() => void changes++);
    subjects.set(idOf(value), subject);
  }
  show(pages[0]);
  let turn = 0;
  return () => show(pages[++turn % 2]!);
};

const slim = (rows: Rows) => [...rows.values()];
const contenders = [
  { name: "evalwire, rows against rows read again", run: diff },
  { name: "evalwire, rows against rows as a look gives them", run: diffOfLooked },
  { name: "evalwire, from the parsed page to changes", run: lookAndDiff },
  { name: "TanStack replaceEqualDeep, the page", run: structuralSharing },
  {
    name: "rxjs distinctUntilChanged(fast-deep-equal), the page",
    run: distinct([before.items, after.items], (item) => item.task.id),
  },
  {
    name: "rxjs distinctUntilChanged(fast-deep-equal), our rows",
    run: distinct([slim(rowsBefore), slim(rowsAfter)], (row) => row.id),
  },
];
for (const { name, run } of contenders) expect(name, run());

const [parse, ...times] = inTurn(
  [
    { name: "JSON.parse of the page", run: () => JSON.parse(text), units: 1 },
    ...contenders.map((each) => ({ ...each, units: 1 })),
  ],
  9,
);
const [rows, lookedRows, whole] = times;

console.log(
  `A page of ${count.toLocaleString("en")} tasks, ${(text.length / 1e6).toFixed(1)} MB, ${changed} changed.\n`,
);
compare("", [parse!, ...times], { unit: "ms", perMicrosecond: 1e-3 }, [
  ["JSON.parse", parse!],
  ["our diff", rows!],
]);
const most = (question: string, { median }: Timing) => ({
  question,
  figure: median / parse!.median,
  unit: "×",
  budget: { most: 0.1 },
});
hold([
  most("diff / JSON.parse, every row read again", rows!),
  most("diff / JSON.parse, rows as a look gives them", lookedRows!),
  most("reading the items and diff / JSON.parse", whole!),
]);
