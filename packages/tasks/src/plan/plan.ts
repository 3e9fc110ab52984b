/**
 * Assigns the open tasks to people: a distribution over people as a pure function.
 *
 * 1. Every open task is assigned to exactly one person, or named in `unassigned` with the reason; other tasks are left out.
 * 2. Without exclusions each load differs from the person's share by less than one task: equal people differ by at most one.
 *    With exclusions loads are as near to the shares as those allow (the sum of squares of the excess is the least).
 * 3. Of all plans that are so, it is one with the fewest moves: a person who joins or leaves causes no more moves than needed.
 * 4. No person gets more than their capacity, or a task that is hidden from them.
 * 5. A pinned task is its person's, and counts as part of their load.
 * 6. The same arguments give the same plan.
 */
import { checkOptions, lifecycle } from "@evalwire/core/contract";
import { assigneeOf, type Leasable } from "../lease/Lease.ts";
import { Distribution, type Item } from "./Distribution.ts";
import { improve, rounded } from "./improve.ts";
import { jsonMap } from "./JsonMap.ts";
import { shares } from "./shares.ts";

export interface Person {
  readonly id: string;
  /** How much of the work is theirs in relation to others; 1 when left out. With 0 they get nothing but what is pinned to them. */
  readonly weight?: number;
  /** How many tasks they can have at most, pinned ones included; no limit when left out. */
  readonly capacity?: number;
}

export interface PlanArgs<T extends Leasable = Leasable> {
  /** Tasks of an evaluation, e.g. the rows of a watch's snapshot. */
  readonly tasks: Iterable<T>;
  readonly people: Iterable<Person>;
  /** Tasks with a fixed person: person ids by task id; each task has to be among `tasks`. */
  readonly pinned?: Readonly<Record<string, string>> | ReadonlyMap<string, string>;
  /** The ids of people who must not see a task, such as its item's author; people who are not in the plan may be named. */
  readonly hiddenFrom?: (task: T) => Iterable<string>;
}

const argNames: Record<keyof PlanArgs, true> = { tasks: true, people: true, pinned: true, hiddenFrom: true };

/** A task whose assignee changes; `from` is `null` when it was unassigned. */
export interface Move {
  readonly taskId: string;
  readonly from: string | null;
  readonly to: string;
}

export interface Unassigned {
  readonly taskId: string;
  /** `capacity`: those who may see it have all they can take. `hidden`: no person in the plan may see it. */
  readonly reason: "capacity" | "hidden";
}

/** Its Maps are written by JSON as objects. */
export interface Plan {
  /** Person ids by task id, in the order the tasks were given. */
  readonly assignments: ReadonlyMap<string, string>;
  /** The assignments that differ from what is now. */
  readonly moves: ReadonlyArray<Move>;
  readonly unassigned: ReadonlyArray<Unassigned>;
  /** Tasks by person, also those with none. */
  readonly loads: ReadonlyMap<string, number>;
  /** Each person's load if tasks could be divided. */
  readonly shares: ReadonlyMap<string, number>;
}

/** How much heavier than the lightest weight one may be: beyond that shares are no numbers to go by. */
const widest = 1e9;

const checkPeople = (people: ReadonlyArray<Person>): void => {
  const seen = new Set<string>();
  let [lightest, heaviest] = [Number.POSITIVE_INFINITY, 0];
  for (const { id, weight = 1, capacity = 0 } of people) {
    if (typeof id !== "string" || id === "") throw new RangeError("plan: a person needs an id that is not empty");
    if (seen.has(id)) throw new RangeError(`plan: the person ${JSON.stringify(id)} is named twice`);
    seen.add(id);
    if (!(Number.isFinite(weight) && weight >= 0)) {
      throw new RangeError(`plan: the weight of ${JSON.stringify(id)} must be a number of 0 or more, not ${weight}`);
    }
    if (!(capacity >= 0)) {
      throw new RangeError(
        `plan: the capacity of ${JSON.stringify(id)} must be a number of 0 or more, not ${capacity}`,
      );
    }
    if (weight > 0) [lightest, heaviest] = [Math.min(lightest, weight), Math.max(heaviest, weight)];
  }
  if (lightest < heaviest / widest) {
    throw new RangeError(
      `plan: weights may differ by a factor of 1e9 at most, not from ${lightest} to ${heaviest}; 0 is for a person who gets none`,
    );
  }
};

/** The open tasks; `seen` is given the ids of all. */
const openTasks = <T extends Leasable>(tasks: Iterable<T>, seen: Set<string>): ReadonlyArray<T> => {
  const open: Array<T> = [];
  for (const task of tasks) {
    if (seen.has(task.id)) throw new RangeError(`plan: the task ${JSON.stringify(task.id)} is given twice`);
    seen.add(task.id);
    if (lifecycle.isOpen(task.status)) open.push(task);
  }
  return open;
};

/** How many tasks each is to have, as whole numbers: the share rounded down or up, up first where it saves a move. */
const targetsOf = (
  limits: ReadonlyArray<{ readonly share: number; readonly least: number; readonly most: number }>,
  atHome: ReadonlyArray<number>,
  count: number,
): Array<number> => {
  const targets = limits.map(({ share }) => Math.floor(share));
  const order = limits.map((_, person) => person);
  const saves = (person: number) => (atHome[person]! > targets[person]! ? 1 : 0);
  const fraction = (person: number) => limits[person]!.share - Math.floor(limits[person]!.share);
  order.sort((a, b) => saves(b) - saves(a) || fraction(b) - fraction(a) || a - b);
  let left = count - targets.reduce((total, target) => total + target, 0);
  for (const person of order) {
    if (left <= 0) break;
    if (fraction(person) > 0 && targets[person]! < limits[person]!.most) {
      targets[person]!++;
      left--;
    }
  }
  return targets;
};

/** Those who lack most first: a heap of people by how many tasks they still lack. */
class Lacking {
  readonly #heap: Array<{ readonly person: number; lack: number }> = [];

  constructor(lacks: ReadonlyArray<number>) {
    lacks.forEach((lack, person) => {
      if (lack > 0) this.#push({ person, lack });
    });
  }

  /** The person who lacks most of those who may have the task; one less is lacking then. `undefined` when there is none. */
  take(hiddenFrom: ReadonlyArray<number>): number | undefined {
    const passedOver: Array<{ readonly person: number; lack: number }> = [];
    let taken = this.#pop();
    while (taken !== undefined && hiddenFrom.includes(taken.person)) {
      passedOver.push(taken);
      taken = this.#pop();
    }
    for (const entry of passedOver) this.#push(entry);
    if (taken !== undefined && taken.lack > 1) this.#push({ person: taken.person, lack: taken.lack - 1 });
    return taken?.person;
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a]!, this.#heap[b]!];
    return one.lack > other.lack || (one.lack === other.lack && one.person < other.person);
  }

  #swap(a: number, b: number): void {
    [this.#heap[a], this.#heap[b]] = [this.#heap[b]!, this.#heap[a]!];
  }

  #push(entry: { readonly person: number; lack: number }): void {
    let at = this.#heap.push(entry) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && this.#isBefore(at, parent); parent = (at - 1) >> 1) {
      this.#swap(at, parent);
      at = parent;
    }
  }

  #pop(): { readonly person: number; lack: number } | undefined {
    const top = this.#heap[0];
    const last = this.#heap.pop();
    if (this.#heap.length === 0 || last === undefined) return top;
    this.#heap[0] = last;
    for (let at = 0; ; ) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#heap.length && this.#isBefore(child, first)) first = child;
      }
      if (first === at) return top;
      this.#swap(at, first);
      at = first;
    }
  }
}

/**
 * Distributes open tasks over people. Throws a `RangeError` for a person or task that is given twice, a weight or capacity that is
 * none, weights too far apart to share by, and pins that cannot be kept: to a person who is not in the plan or may not see the task, or of a
 * task that is not among those given. A pin of a task that is given and not open changes nothing.
 *
 * @param args - `tasks`, `people` with weights and capacities, `pinned` tasks, and who must not see which task (`hiddenFrom`)
 * @returns assignments, the moves they need, what could not be assigned, and the load of each person
 *
 * @example
 * ```ts
 * import { plan } from "@evalwire/tasks";
 *
 * const tasks = ["t1", "t2", "t3", "t4"].map((id) => ({ id, status: "PENDING", assigned_to: "ada" }));
 * // Ben joins: two of Ada's four tasks move to him.
 * const { loads, moves } = plan({ tasks, people: [{ id: "ada" }, { id: "ben" }] });
 * [...loads]; // => [["ada", 2], ["ben", 2]]
 * moves; // => [{ taskId: "t3", from: "ada", to: "ben" }, { taskId: "t4", from: "ada", to: "ben" }]
 * ```
 */
export const plan = <T extends Leasable>(args: PlanArgs<T>): Plan => {
  for (const name of ["tasks", "people"] as const) {
    if (typeof args?.[name]?.[Symbol.iterator] !== "function")
      throw new RangeError(`plan: ${name} is a list, not ${typeof args?.[name]}`);
  }
  checkOptions<PlanArgs>("plan", args as PlanArgs<any>, argNames);
  const people = [...args.people];
  checkPeople(people);
  const given = new Set<string>();
  const tasks = openTasks(args.tasks, given);
  const indexOf = new Map(people.map(({ id }, index) => [id, index]));
  const pins = args.pinned instanceof Map ? args.pinned : new Map(Object.entries(args.pinned ?? {}));
  for (const id of pins.keys()) {
    if (!given.has(id)) throw new RangeError(`plan: task ${JSON.stringify(id)} is pinned, and is not among the tasks`);
  }

  const hidden = tasks.map((task): ReadonlyArray<number> => {
    if (args.hiddenFrom === undefined) return [];
    const known = [...args.hiddenFrom(task)].map((id) => indexOf.get(id)).filter((index) => index !== undefined);
    return [...new Set(known)];
  });
  const pinOf = tasks.map(({ id }, index) => {
    const pin = pins.get(id);
    if (pin === undefined) return undefined;
    const person = indexOf.get(pin);
    if (person === undefined) throw new RangeError(`plan: task ${id} is pinned to ${pin}, who is not in the plan`);
    if (hidden[index]!.includes(person)) {
      throw new RangeError(`plan: task ${id} is pinned to ${pin}, from whom it is hidden`);
    }
    return person;
  });

  const pinned = people.map(() => 0);
  for (const person of pinOf) if (person !== undefined) pinned[person]!++;
  const visible = people.map((_, person) => pinned[person]!);
  const movable = tasks.flatMap((_, index) => (pinOf[index] === undefined ? [index] : []));
  for (const person of visible.keys()) visible[person]! += movable.length;
  for (const index of movable) for (const person of hidden[index]!) visible[person]!--;

  const claimants = people.map(({ id, weight = 1, capacity = Number.POSITIVE_INFINITY }, person) => {
    const least = pinned[person]!;
    if (least > capacity) {
      throw new RangeError(`plan: ${id} has ${least} pinned tasks and a capacity of ${capacity}`);
    }
    const most = weight === 0 ? least : Math.min(Math.floor(capacity), visible[person]!);
    return { weight, least, most };
  });
  const ideal = shares(claimants, tasks.length);

  const items = movable.map((index): Item => {
    const home = indexOf.get(assigneeOf(tasks[index]!) ?? "") ?? -1;
    const mayStay = home >= 0 && !hidden[index]!.includes(home) && people[home]!.weight !== 0;
    return { home: mayStay ? home : -1, hiddenFrom: hidden[index]! };
  });
  // From here on, loads are those of tasks that can move.
  const limits = claimants.map(({ least, most }, person) => ({
    share: Math.max(0, rounded(ideal[person]!) - least),
    least: 0,
    most: most - least,
  }));
  const distribution = new Distribution(items, people.length);
  const atHome = people.map(() => 0);
  for (const { home } of items) if (home >= 0) atHome[home]!++;
  const targets = targetsOf(limits, atHome, items.length);
  items.forEach(({ home }, item) => {
    if (home >= 0 && distribution.load(home) < targets[home]!) distribution.move(item, home);
  });
  const lacking = new Lacking(targets.map((target, person) => target - distribution.load(person)));
  items.forEach(({ hiddenFrom }, item) => {
    if (distribution.holderOf(item) !== distribution.pool) return;
    const person = lacking.take(hiddenFrom);
    if (person !== undefined) distribution.move(item, person);
  });
  if (items.length > 0 && people.length > 0) improve(distribution, limits, items.length);

  const assignments = jsonMap<string>();
  const moves: Array<Move> = [];
  const unassigned: Array<Unassigned> = [];
  const loads = people.map((_, person) => pinned[person]! + distribution.load(person));
  let item = 0;
  tasks.forEach((task, index) => {
    const person = pinOf[index] ?? distribution.holderOf(item++);
    const to = people[person]?.id;
    if (to === undefined) {
      const isHidden = hidden[index]!.length === people.length;
      unassigned.push({ taskId: task.id, reason: isHidden ? "hidden" : "capacity" });
      return;
    }
    assignments.set(task.id, to);
    const from = assigneeOf(task);
    if (from !== to) moves.push({ taskId: task.id, from, to });
  });
  return {
    assignments,
    moves,
    unassigned,
    loads: jsonMap(people.map(({ id }, person) => [id, loads[person]!])),
    shares: jsonMap(people.map(({ id }, person) => [id, ideal[person]!])),
  };
};
