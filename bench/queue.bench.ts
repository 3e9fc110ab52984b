/**
 * One changed task in a queue of 1,000, 10,000 and 100,000: how the cost of keeping every view up to date grows, beside rebuilding the views.
 */
import { queue } from "@evalwire/tasks";
import { compare, hold } from "./budget.ts";
import { inTurn } from "./measure.ts";

const now = Date.UTC(2030, 0, 1);
const changes = 1_000;

const taskOf = (number: number, turn: number) => {
  const status = ["PENDING", "PENDING", "PENDING_REDO", "COMPLETED", "NOT_READY"][(number + turn) % 5]!;
  const isHeld = (number * 7 + turn) % 3 === 0;
  return {
    id: `t${number}`,
    status,
    priority: number % 4,
    assigned_to: isHeld || status === "COMPLETED" ? `p${(number + turn) % 40}` : null,
    assignment_expires_at: isHeld ? new Date(now + ((number * 7919 + turn * 104729) % 900_000)).toISOString() : null,
    updated_at: new Date(now - ((number * 31 + turn * 977) % 7_200_000)).toISOString(),
  };
};

const changing = (count: number) => {
  const tasks = Array.from({ length: count }, (_, number) => taskOf(number, 0));
  const index = queue.index(tasks);
  // Spread over the whole queue, with the versions ready: what is measured is the index.
  const versions = [1, 2].map((turn) =>
    Array.from({ length: changes }, (_, number) => taskOf(Math.floor((number * count) / changes), turn)),
  );
  let turn = 0;
  return () => {
    for (const version of versions[turn++ % 2]!) {
      index.set(version);
      index.counts(now);
    }
  };
};

const rebuilt = (count: number) => {
  const tasks = Array.from({ length: count }, (_, number) => taskOf(number, 0));
  return () => {
    queue.byAssignee(tasks, now);
    queue.waiting(tasks, now);
    queue.expired(tasks, now);
  };
};

const times = inTurn(
  [
    ...[1_000, 10_000, 100_000].map((count) => ({
      name: `${count} tasks, one changed`,
      run: changing(count),
      units: changes,
    })),
    { name: "10000 tasks, three rebuilt views", run: rebuilt(10_000), units: 1 },
  ],
  5,
);
const [small, middle, large, pure] = times as [
  (typeof times)[0],
  (typeof times)[0],
  (typeof times)[0],
  (typeof times)[0],
];

compare("a change and the counts after it", times, { unit: "µs", perMicrosecond: 1 }, [["1,000 tasks", small]]);
hold([
  { question: "growth from 1,000 to 100,000 tasks", figure: large.best / small.best, unit: "×", budget: { most: 3 } },
  {
    question: "three rebuilt views / one change, 10,000 tasks",
    figure: pure.best / middle.best,
    unit: "×",
    budget: { least: 100 },
  },
]);
