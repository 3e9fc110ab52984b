import { describe, expect, it } from "vitest";
import { bandOf, burnUpOf, paceOf } from "../../src/model/BurnUp.ts";
import { distributionOf, distributionsOf } from "../../src/model/Distribution.ts";
import { peopleOf } from "../../src/model/People.ts";
import { paired } from "../../src/model/pairing.ts";
import { titleOf } from "../../src/model/Records.ts";
import { doneOf, placeOf, standingOf, totalOf } from "../../src/model/Standing.ts";
import { stuckTasks, usualMillisOf } from "../../src/model/Stuck.ts";
import { at, noon, record, row } from "../rows.ts";

const minute = 60_000;

describe("the band of the estimated end", () => {
  const burnUp = { points: [], total: 30, done: 10, undated: 0, pace: undefined, end: undefined };

  it.each([
    [
      "ends within sight",
      20,
      40,
      60,
      [
        [0, 10],
        [20, 30],
        [40, 30],
      ],
    ],
    // Halfway to the latest end half of the rest is done.
    [
      "is cut off where the latest end is out of sight",
      20,
      120,
      60,
      [
        [0, 10],
        [20, 30],
        [60, 30],
        [60, 20],
      ],
    ],
    [
      "stays where it is when there is no latest end",
      20,
      undefined,
      60,
      [
        [0, 10],
        [20, 30],
        [60, 30],
        [60, 10],
      ],
    ],
    [
      "is cut off at both",
      80,
      160,
      40,
      [
        [0, 10],
        [40, 20],
        [40, 15],
      ],
    ],
  ] as const)("%s", (_, low, high, until, outline) => {
    const points = bandOf(burnUp, { at: 30, low, high }, 0, until);
    expect(points.map(({ at, done }) => [at, done])).toEqual(outline);
  });
});

describe("standing", () => {
  const tasks = [
    row({ id: "a" }),
    row({ id: "b", assigned_to: "ada", assignment_expires_at: at(noon) }),
    row({ id: "c", status: "PENDING_REDO" }),
    row({ id: "d", status: "PENDING_REDO", assigned_to: "ada" }),
    row({ id: "e", status: "COMPLETED", assigned_to: "ada" }),
    row({ id: "f", status: "COMPLETED", audit_status: "APPROVED", assigned_to: "ada" }),
    row({ id: "g", status: "FIXED", assigned_to: "ada" }),
    row({ id: "h", status: "NOT_READY" }),
    row({ id: "i", status: "ESCALATED" }),
  ];

  it("puts every task in one place, an unknown status in `other`", () => {
    const places = ["waiting", "held", "redo", "redoing", "completed", "approved", "fixed", "notReady", "other"];
    expect(tasks.map(placeOf)).toEqual(places);
    expect(totalOf(standingOf(tasks))).toBe(tasks.length);
    expect(doneOf(standingOf(tasks))).toBe(3);
  });
});

describe("burn-up", () => {
  const done = (id: string, millis: number) => row({ id, status: "COMPLETED", updated_at: at(millis) });

  it("counts the pace over the last hour, or since the first task was done", () => {
    const times = [noon - 20 * minute, noon - 10 * minute, noon - 5 * minute, noon - minute];
    expect(paceOf(times, noon)).toEqual({ done: 4, windowMillis: 20 * minute, perHour: 12 });
    expect(paceOf([noon - 180 * minute, ...times], noon)).toEqual({ done: 4, windowMillis: 60 * minute, perHour: 4 });
    expect(paceOf([noon - 180 * minute], noon)).toBeUndefined();
    expect(paceOf([], noon)).toBeUndefined();
  });

  it("estimates the end with a band around it, and none where nothing moves or nothing is left", () => {
    const tasks = [done("a", noon - 30 * minute), done("b", noon - 10 * minute), row({ id: "c" }), row({ id: "d" })];
    const { end, points, total } = burnUpOf(tasks, new Map(), noon, noon - 60 * minute);
    expect(total).toBe(4);
    expect(points).toEqual([
      { at: noon - 60 * minute, done: 0 },
      { at: noon - 30 * minute, done: 1 },
      { at: noon - 10 * minute, done: 2 },
      { at: noon, done: 2 },
    ]);
    expect(end!.at).toBe(noon + 30 * minute);
    expect(end!.low).toBeLessThan(end!.at);
    expect(end!.high ?? Number.POSITIVE_INFINITY).toBeGreaterThan(end!.at);
    expect(burnUpOf(tasks.slice(0, 2), new Map(), noon, undefined).end).toBeUndefined();
    expect(burnUpOf(tasks.slice(2), new Map(), noon, undefined).end).toBeUndefined();
  });

  it("counts what was done at no known time from the beginning on, and finds no pace in it", () => {
    const undated = ["a", "b"].map((id) => row({ id, status: "COMPLETED", updated_at: null }));
    expect(burnUpOf([...undated, row({ id: "c" })], new Map(), noon, noon - minute)).toEqual({
      points: [
        { at: noon - minute, done: 2 },
        { at: noon, done: 2 },
      ],
      total: 3,
      done: 2,
      undated: 2,
      pace: undefined,
      end: undefined,
    });
    const { points, done: all } = burnUpOf([...undated, done("c", noon)], new Map(), noon, noon - minute);
    expect([all, points.map((point) => point.done)]).toEqual([3, [2, 3, 3]]);
  });

  it("takes the time at which the result was completed before that of its last change", () => {
    const records = new Map([["r-a", record({ id: "r-a", completedAt: noon - 50 * minute })]]);
    expect(burnUpOf([done("a", noon)], records, noon, undefined).points[1]).toEqual({
      at: noon - 50 * minute,
      done: 1,
    });
  });
});

describe("people", () => {
  it("says what each holds, did, and how it was judged", () => {
    const tasks = [
      row({ id: "a", assigned_to: "ben", assignment_expires_at: at(noon) }),
      row({
        id: "b",
        assigned_to: "ada",
        status: "COMPLETED",
        audit_status: "APPROVED",
        updated_at: at(noon - minute),
      }),
      row({ id: "c", assigned_to: "ada", status: "FIXED", updated_at: at(noon - 90 * minute) }),
      row({ id: "d", assigned_to: "ada", status: "PENDING_REDO" }),
      row({ id: "e", assigned_to: "ada", status: "COMPLETED", updated_at: at(noon - 2 * minute) }),
    ];
    const records = new Map([
      ["r-b", record({ id: "r-b", seconds: 30 })],
      ["r-c", record({ id: "r-c", seconds: 50 })],
    ]);
    const [ada, ben] = peopleOf(tasks, records, noon);
    expect(ada).toEqual({
      user: "ada",
      held: 1,
      done: 3,
      perHour: 2,
      medianSeconds: 40,
      sentBack: 1,
      redoRate: 1 / 4,
      firstPassRate: 1 / 3,
      lastAt: noon - minute,
    });
    expect(ben).toMatchObject({ user: "ben", held: 1, done: 0, redoRate: undefined, firstPassRate: undefined });
  });
});

describe("stuck", () => {
  it("names what does not move by itself, with the reason, the worst first", () => {
    const tasks = [
      row({ id: "redo", status: "PENDING_REDO", updated_at: at(noon - 60 * minute) }),
      row({ id: "slow", assigned_to: "ada", assignment_expires_at: at(noon + 60 * minute) }),
      row({ id: "quick", assigned_to: "ada", assignment_expires_at: at(noon + 60 * minute) }),
      row({ id: "over", assigned_to: "ben", assignment_expires_at: at(noon - minute) }),
      row({ id: "just over", assigned_to: "ben", assignment_expires_at: at(noon - 1_000) }),
      row({ id: "failed", label_status: "FAILED" }),
    ];
    const heldSince = new Map([
      ["slow", noon - 30 * minute],
      ["quick", noon - 5 * minute],
    ]);
    const found = stuckTasks({ tasks, now: noon, heldSince, usualMillis: 20 * minute });
    expect(found.map(({ task, kind }) => [task.id, kind])).toEqual([
      ["over", "expired"],
      ["failed", "failed"],
      ["slow", "slow"],
      ["redo", "redo"],
    ]);
    expect(found[0]!.reason).toBe("expired, and still assigned to ben");
    expect(found[0]!.forMillis).toBe(minute);
  });

  it("knows what is usual only of ten tasks or more", () => {
    expect(usualMillisOf([1, 2, 3])).toBeUndefined();
    expect(usualMillisOf([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])).toBe(9_000);
  });
});

describe("scores", () => {
  it("spreads them over [0, 1], or over what they cover when that is not enough", () => {
    const unit = distributionOf("rougeL", [0, 0.5, 0.999, 1])!;
    expect(unit).toMatchObject({ mean: 2.499 / 4, median: 0.7495, domain: [0, 1] });
    expect([unit.bins[0], unit.bins[10], unit.bins[19]]).toEqual([1, 1, 2]);
    expect(distributionOf("bleu", [10, 30])).toMatchObject({ domain: [10, 30], mean: 20 });
    expect(distributionOf("none", [Number.NaN])).toBeUndefined();
    expect(distributionOf("one", [7])!.bins[0]).toBe(1);
    expect(
      distributionsOf([{ metrics: { a: 1 } }, { metrics: { a: 0, b: 1 } }]).map(({ key, scores }) => [key, scores]),
    ).toEqual([
      ["a", 2],
      ["b", 1],
    ]);
  });

  it("pairs two evaluations by test case, and leaves out what only one has", () => {
    const records = [
      record({ id: "1", testCaseId: "x", metrics: { m: 0.5 } }),
      record({ id: "2", testCaseId: "y", metrics: { m: 1 } }),
    ];
    const others = new Map([["x", { m: 0.25 }]]);
    expect(paired(records, others, "m")).toEqual({ here: [0.5], there: [0.25], testCaseIds: ["x"] });
  });
});

describe("titleOf", () => {
  it.each([
    [{ title: "Frost", document: "It is cold." }, "Frost"],
    [{ document: "one two three four five six seven eight nine ten" }, "one two three four five six seven eight nine…"],
    ["short", "short"],
    ["  ", undefined],
    [7, undefined],
    [null, undefined],
  ])("of %j is %j", (input, title) => {
    expect(titleOf(input)).toBe(title);
  });
});
