import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Person, type Plan, plan } from "../src/index.ts";

interface Case {
  readonly people: ReadonlyArray<Person>;
  readonly tasks: ReadonlyArray<{ readonly id: string; readonly status: string; readonly assigned_to: string | null }>;
  readonly pinned: Readonly<Record<string, string>>;
  readonly hidden: Readonly<Record<string, ReadonlyArray<string>>>;
}

const names = ["ada", "ben", "cy", "dee"];

const cases = (options: { most: number; hides?: boolean; weighs?: boolean; limits?: boolean; pins?: boolean }) =>
  fc
    .integer({ min: 1, max: 3 })
    .chain((count) => {
      const present = names.slice(0, count);
      const person = (id: string) =>
        fc.record({
          id: fc.constant(id),
          weight: options.weighs ? fc.constantFrom(1, 1, 2, 3, 0.5) : fc.constant(1),
          capacity: options.limits ? fc.constantFrom(0, 1, 2, 3, Number.POSITIVE_INFINITY) : fc.constant(Infinity),
        });
      const task = fc.record({
        // Dee has left, and is in no plan.
        assigned_to: fc.constantFrom(...present, "dee", null),
        status: fc.constantFrom("PENDING", "PENDING", "PENDING", "PENDING_REDO", "COMPLETED", "NOT_READY"),
        pin: options.pins ? fc.constantFrom(undefined, undefined, ...present) : fc.constant(undefined),
        hidden: options.hides ? fc.subarray(present) : fc.constant<Array<string>>([]),
      });
      return fc.record({
        people: fc.tuple(...present.map(person)),
        tasks: fc.array(task, { maxLength: options.most }),
      });
    })
    .map(({ people, tasks }): Case => {
      const pinned: Record<string, string> = {};
      const hidden: Record<string, ReadonlyArray<string>> = {};
      const given = tasks.map(({ assigned_to, status, pin, hidden: from }, index) => {
        const id = `t${index}`;
        const isOpen = status.startsWith("PENDING");
        const pins = Object.entries(pinned).filter(([, name]) => name === pin).length;
        const room = people.find(({ id }) => id === pin)?.capacity ?? 0;
        if (isOpen && pin !== undefined && !from.includes(pin) && pins < room) pinned[id] = pin;
        if (from.length > 0) hidden[id] = from;
        return { id, status, assigned_to };
      });
      return { people, tasks: given, pinned, hidden };
    });

const planOf = ({ people, tasks, pinned, hidden }: Case) =>
  plan({ people, tasks, pinned, hiddenFrom: (task) => hidden[task.id] ?? [] });

const isOpen = ({ status }: { readonly status: string }) => status.startsWith("PENDING");

/** All allowed assignments, by enumeration; `null` stands for unassigned. */
const allowed = ({ people, tasks, pinned, hidden }: Case): ReadonlyArray<ReadonlyArray<string | null>> => {
  let all: ReadonlyArray<ReadonlyArray<string | null>> = [[]];
  for (const task of tasks.filter(isOpen)) {
    const pin = pinned[task.id];
    const choices = pin === undefined ? [null, ...people.map(({ id }) => id)] : [pin];
    const fits = (chosen: ReadonlyArray<string | null>, id: string | null) => {
      if (id === null) return true;
      if (hidden[task.id]?.includes(id)) return false;
      const capacity = people.find((person) => person.id === id)?.capacity ?? Number.POSITIVE_INFINITY;
      return chosen.filter((other) => other === id).length < capacity;
    };
    all = all.flatMap((chosen) => choices.filter((id) => fits(chosen, id)).map((id) => [...chosen, id]));
  }
  return all;
};

/** Unassigned tasks, how far loads lie outside of their shares, and tasks that leave a person who could keep them. */
const costOf = (of: Case, made: Plan, chosen: ReadonlyArray<string | null>): ReadonlyArray<number> => {
  const open = of.tasks.filter(isOpen);
  const missing = chosen.filter((id) => id === null).length;
  const far = of.people.reduce((total, { id }) => {
    const load = chosen.filter((other) => other === id).length;
    // Rounded as the plan rounds it: 2.0000001 is 2.
    const share = Math.round(made.shares.get(id)! * 1024) / 1024;
    return total + penalty(share, load);
  }, 0);
  const mayKeep = (task: Case["tasks"][number]) =>
    task.assigned_to !== null &&
    of.people.some(({ id }) => id === task.assigned_to) &&
    of.pinned[task.id] === undefined &&
    !of.hidden[task.id]?.includes(task.assigned_to);
  const moves = open.filter((task, index) => mayKeep(task) && chosen[index] !== task.assigned_to).length;
  return [missing, far, moves];
};

/** The sum of what each unit outside of the share costs: 2 (load - share) + 1 above, and likewise below. */
const penalty = (share: number, load: number): number => {
  let total = 0;
  for (let unit = Math.ceil(share); unit < load; unit++) total += 2 * (unit - share) + 1;
  for (let unit = load; unit + 1 <= share; unit++) total -= 2 * (unit - share) + 1;
  return total;
};

const chosenBy = ({ tasks }: Case, made: Plan) =>
  tasks.filter(isOpen).map(({ id }) => made.assignments.get(id) ?? null);

const before = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): boolean => {
  const at = a.findIndex((value, index) => Math.abs(value - b[index]!) > 1e-9);
  return at >= 0 && a[at]! < b[at]!;
};

describe("plan", () => {
  it("1. assigns every open task once or says why not, and no other task", () => {
    fc.assert(
      fc.property(cases({ most: 12, hides: true, weighs: true, limits: true, pins: true }), (of) => {
        const made = planOf(of);
        const named = [...made.assignments.keys(), ...made.unassigned.map(({ taskId }) => taskId)].sort();
        expect(named).toEqual(
          of.tasks
            .filter(isOpen)
            .map(({ id }) => id)
            .sort(),
        );
        for (const { taskId, reason } of made.unassigned) {
          expect(reason).toBe((of.hidden[taskId] ?? []).length === of.people.length ? "hidden" : "capacity");
        }
      }),
    );
  });

  it("2. gives loads less than one task from the shares: equal people differ by at most one", () => {
    fc.assert(
      fc.property(cases({ most: 40 }), cases({ most: 40, weighs: true }), (even, weighted) => {
        const loads = [...planOf(even).loads.values()];
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
        const made = planOf(weighted);
        const total = weighted.people.reduce((sum, { weight = 1 }) => sum + weight, 0);
        const open = weighted.tasks.filter(isOpen).length;
        for (const { id, weight = 1 } of weighted.people) {
          expect(made.shares.get(id)).toBeCloseTo((open * weight) / total, 6);
          expect(Math.abs(made.loads.get(id)! - (open * weight) / total)).toBeLessThan(1 + 1e-3);
        }
      }),
    );
  });

  it("2. and 3. with capacities, pins and exclusions: nothing that may be done is nearer to the shares, or as near with fewer moves", () => {
    fc.assert(
      fc.property(cases({ most: 6, hides: true, weighs: true, limits: true, pins: true }), (of) => {
        const made = planOf(of);
        const cost = costOf(of, made, chosenBy(of, made));
        for (const other of allowed(of)) {
          const theirs = costOf(of, made, other);
          expect({ other, theirs, cost, isBetter: before(theirs, cost) }).toMatchObject({ isBetter: false });
        }
      }),
      { numRuns: 300 },
    );
  });

  it("3. moves nothing when nothing has to be moved, and only the leaver's tasks when a person leaves an even plan", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 2, max: 4 }), (count, size) => {
        const tasks = Array.from({ length: count }, (_, index) => ({ id: `t${index}`, status: "PENDING" }));
        const people = names.slice(0, size).map((id) => ({ id }));
        const first = plan({ tasks, people });
        const assigned = tasks.map((task) => ({ ...task, assigned_to: first.assignments.get(task.id)! }));
        expect(plan({ tasks: assigned, people }).moves).toEqual([]);
        const left = plan({ tasks: assigned, people: people.slice(1) });
        expect(new Set(left.moves.map(({ from }) => from))).toEqual(new Set(first.loads.get("ada") ? ["ada"] : []));
        expect(left.moves.length).toBe(first.loads.get("ada"));
        const joined = plan({ tasks: assigned, people: [...people, { id: "new" }] });
        expect(joined.moves.every(({ to }) => to === "new")).toBe(true);
        expect(joined.moves.length).toBe(joined.loads.get("new"));
      }),
    );
  });

  it("4. and 5. keeps capacities, hides what is hidden, and keeps pins", () => {
    fc.assert(
      fc.property(cases({ most: 30, hides: true, weighs: true, limits: true, pins: true }), (of) => {
        const made = planOf(of);
        for (const { id, capacity = Number.POSITIVE_INFINITY } of of.people) {
          expect(made.loads.get(id)).toBeLessThanOrEqual(capacity);
          expect(made.loads.get(id)).toBe([...made.assignments.values()].filter((other) => other === id).length);
        }
        for (const [task, person] of made.assignments) expect(of.hidden[task] ?? []).not.toContain(person);
        for (const [task, person] of Object.entries(of.pinned)) expect(made.assignments.get(task)).toBe(person);
      }),
    );
  });

  it("6. gives the same plan for the same arguments, and moves are what differs from now", () => {
    fc.assert(
      fc.property(cases({ most: 20, hides: true, weighs: true, limits: true, pins: true }), (of) => {
        const made = planOf(of);
        expect(planOf(of)).toEqual(made);
        const changed = of.tasks.filter(
          ({ id, assigned_to }) => (made.assignments.get(id) ?? assigned_to) !== assigned_to,
        );
        expect(made.moves).toEqual(
          changed.map(({ id, assigned_to }) => ({ taskId: id, from: assigned_to, to: made.assignments.get(id) })),
        );
      }),
    );
  });

  const tasks = [{ id: "t1", status: "PENDING" }];

  it.each([
    ["a person twice", { people: [{ id: "ada" }, { id: "ada" }] }, 'plan: the person "ada" is named twice'],
    ["a weight of NaN", { people: [{ id: "ada", weight: Number.NaN }] }, "must be a number of 0 or more, not NaN"],
    [
      "weights that are too far apart",
      { people: [{ id: "ada", weight: 1e-310 }, { id: "ben" }] },
      "weights may differ by a factor of 1e9 at most, not from 1e-310 to 1",
    ],
    [
      "a pin of a task that is not there",
      { people: [{ id: "ada" }], pinned: { t77: "ada" } },
      'task "t77" is pinned, and is not among the tasks',
    ],
    ["a weight below 0", { people: [{ id: "ada", weight: -1 }] }, "must be a number of 0 or more, not -1"],
    ["an endless weight", { people: [{ id: "ada", weight: Infinity }] }, "must be a number of 0 or more, not Infinity"],
    ["a capacity of NaN", { people: [{ id: "ada", capacity: Number.NaN }] }, "capacity of"],
    ["no people", { people: undefined as never }, "plan: people is a list, not undefined"],
    ["no tasks", { people: [], tasks: {} as never }, "plan: tasks is a list, not object"],
    ["no id", { people: [{ id: "" }] }, "needs an id"],
    [
      "a pin to an unknown person",
      { people: [{ id: "ada" }], pinned: { t1: "ben" } },
      "pinned to ben, who is not in the plan",
    ],
    ["more pins than fit", { people: [{ id: "ada", capacity: 0 }], pinned: { t1: "ada" } }, "a capacity of 0"],
    [
      "a pin of what is hidden",
      { people: [{ id: "ada" }], pinned: { t1: "ada" }, hiddenFrom: () => ["ada"] },
      "pinned to ada, from whom it is hidden",
    ],
    ["a task twice", { people: [{ id: "ada" }], tasks: [...tasks, ...tasks] }, 'the task "t1" is given twice'],
  ])("refuses %s in one sentence", (_, args, message) => {
    expect(() => plan({ tasks, ...args })).toThrow(message);
  });

  it.each([5e-324, 1e-300, 1e9, 1e308])("shares by weights of %d and its half as by 2 and 1", (weight) => {
    const many = Array.from({ length: 30 }, (_, index) => ({ id: `t${index}`, status: "PENDING" }));
    const people = [
      { id: "ada", weight },
      { id: "ben", weight },
      { id: "cy", weight: weight / 2 || weight },
    ];
    const half = weight / 2 > 0 ? 6 : 10;
    expect([...plan({ tasks: many, people }).loads.values()]).toEqual(half === 6 ? [12, 12, 6] : [10, 10, 10]);
  });

  it("takes a pin of a task that is finished by now", () => {
    const tasks = [{ id: "t1", status: "COMPLETED" }];
    expect(plan({ tasks, people: [{ id: "ada" }], pinned: { t1: "ada" } }).moves).toEqual([]);
  });

  it("is written by JSON with nothing left out", () => {
    const tasks = [
      { id: "t1", status: "PENDING" },
      { id: "__proto__", status: "PENDING" },
    ];
    const made = plan({ tasks, people: [{ id: "ada" }] });
    const read = JSON.parse(JSON.stringify(made));
    expect(Object.entries(read.assignments)).toEqual([...made.assignments]);
    expect(read.loads).toEqual({ ada: 2 });
    expect(read.moves).toEqual(made.moves);
  });

  it("gives a person of weight 0 nothing but what is pinned, and moves on what they had", () => {
    const mine = ["t1", "t2", "t3"].map((id) => ({ id, status: "PENDING", assigned_to: "ada" }));
    const made = plan({ tasks: mine, people: [{ id: "ada", weight: 0 }, { id: "ben" }], pinned: { t2: "ada" } });
    expect([...made.loads]).toEqual([
      ["ada", 1],
      ["ben", 2],
    ]);
    const single = plan({ tasks: mine, people: [{ id: "ada", weight: 0 }] });
    expect(single.unassigned.map(({ reason }) => reason)).toEqual(["capacity", "capacity", "capacity"]);
  });

  it("assigns nothing in a plan without people", () => {
    expect(plan({ tasks, people: [] }).unassigned).toEqual([{ taskId: "t1", reason: "hidden" }]);
  });
});
