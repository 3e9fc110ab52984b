/** All listeners to the watches of one program: prompt, slow and throwing subscribers, and those who iterate. */
import type { TaskRow, Watch, WatchEvent, WatchSnapshot } from "@evalwire/core";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import type { Assertions } from "./promises/Assertions.ts";
import { brief, Checker, type Manner, type Truth } from "./promises/Checker.ts";
import { isSame } from "./world/History.ts";
import type { World } from "./world/World.ts";

/** The position of an earlier watch, and its announcements. */
export interface Position {
  readonly cursor: string | undefined;
  readonly rows: ReadonlyMap<string, TaskRow>;
  /** The announcements made of leases: `taskId assignee expiresAt lead`. */
  readonly moments: ReadonlySet<string>;
}

export interface Member {
  readonly checker: Checker;
  readonly watch: Watch;
  readonly leave: () => void;
  /** Whether it was given a cursor. */
  readonly isResumed: boolean;
}

interface Deps {
  readonly name: string;
  readonly world: World;
  readonly assertions: Assertions;
  readonly truth: Truth;
  /** Called, once or more often, for each task that is reported as removed. */
  readonly onRemoved: (taskId: string) => void;
}

// So long a slow subscriber is at work on each event, and so few events wait for it without being joined.
const slowness = Duration.seconds(4);
const slowCapacity = 3;
// More than ever waits for the others.
const capacity = 100_000;

export class Audience {
  /** The announcements made of leases to any listener. */
  readonly moments = new Set<string>();
  readonly #deps: Deps;
  #members: ReadonlyArray<Member> = [];
  #count = 0;
  #busy = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get members(): ReadonlyArray<Member> {
    return this.#members;
  }

  /** How many slow subscribers are at work on an event. */
  get busy(): number {
    return this.#busy;
  }

  /** A new listener of a watch; after an earlier one, where `from` says so. */
  join(watch: Watch, manner: Manner, from?: Position, isIterating = false): Member {
    const { name, truth } = this.#deps;
    const before =
      from === undefined ? { awaited: watch.snapshot().tasks } : { known: from.rows, announced: from.moments };
    const checker = new Checker(`${name} ${++this.#count}`, manner, truth, before);
    const leave = isIterating ? this.#iterate(watch, checker) : this.#subscribe(watch, checker);
    const member = { checker, watch, leave, isResumed: from !== undefined };
    this.#members = [...this.#members, member];
    return member;
  }

  part(member: Member): void {
    member.leave();
    this.forget(member);
  }

  /** Removes a listener whose subscription is over. */
  forget(member: Member): void {
    this.#members = this.#members.filter((each) => each !== member);
  }

  /** Compares what the events add up to with what is there. */
  compare({ checker }: Member, { tasks }: WatchSnapshot, promise: number): void {
    const { state, name } = checker;
    for (const taskId of new Set([...state.keys(), ...tasks.keys()])) {
      const [seen, is] = [state.get(taskId) ?? null, tasks.get(taskId) ?? null];
      const isRight = seen === is || (seen !== null && is !== null && isSame(seen, is));
      this.#deps.assertions.hold(
        promise,
        isRight,
        () => `${name} received ${taskId} ${brief(seen)}; it is ${brief(is)}`,
      );
    }
  }

  #hear(checker: Checker, event: WatchEvent): void {
    const { world, onRemoved } = this.#deps;
    world.trace.note(() => `${checker.name}: ${JSON.stringify(event)}`);
    checker.hear(event);
    for (const moment of checker.moments) this.moments.add(moment);
    // A slow one hears of it when it may be long over.
    if (event.type === "task.removed" && checker.manner !== "slow") onRemoved(event.taskId);
  }

  #subscribe(watch: Watch, checker: Checker): () => void {
    const { time } = this.#deps.world;
    const listen = {
      prompt: (event: WatchEvent) => this.#hear(checker, event),
      slow: async (event: WatchEvent) => {
        this.#hear(checker, event);
        this.#busy++;
        await Effect.runPromise(time.sleep(slowness));
        this.#busy--;
      },
      throwing: (event: WatchEvent) => {
        this.#hear(checker, event);
        throw new Error("This subscriber throws.");
      },
    }[checker.manner];
    return watch.subscribe(listen, {
      capacity: checker.manner === "slow" ? slowCapacity : capacity,
      // The place of the watch is compared with its snapshot.
      transient: checker.manner === "slow",
      onEnd: (error) => checker.end(error),
    });
  }

  #iterate(watch: Watch, checker: Checker): () => void {
    const events = watch.events({ capacity })[Symbol.asyncIterator]();
    const run = async () => {
      for (let next = await events.next(); !next.done; next = await events.next()) this.#hear(checker, next.value);
    };
    run().then(
      () => checker.end(undefined),
      (error: Error) => checker.end(error),
    );
    return () => void events.return?.();
  }
}
