/** Everybody who listens to the watches of one program: prompt, slow and throwing subscribers, and those who iterate. */
import type { TaskRow, Watch, WatchEvent, WatchSnapshot } from "@evalwire/core";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import type { Verdict } from "./promises/Verdict.ts";
import { brief, type Manner, type Truth, Witness } from "./promises/Witness.ts";
import { isSame } from "./world/History.ts";
import type { World } from "./world/World.ts";

/** Where an earlier watch stood, and what it had told. */
export interface Position {
  readonly cursor: string | undefined;
  readonly rows: ReadonlyMap<string, TaskRow>;
  /** What was told of leases: `taskId assignee expiresAt lead`. */
  readonly moments: ReadonlySet<string>;
}

export interface Member {
  readonly witness: Witness;
  readonly watch: Watch;
  readonly leave: () => void;
  /** Whether it was given a cursor. */
  readonly isResumed: boolean;
}

interface Makings {
  readonly name: string;
  readonly world: World;
  readonly verdict: Verdict;
  readonly truth: Truth;
  /** Told, once or more often, of each task that is said to be removed. */
  readonly onRemoved: (taskId: string) => void;
}

// So long a slow subscriber is at work on each event, and so few events wait for it without being joined.
const slowness = Duration.seconds(4);
const slowCapacity = 3;
// More than ever waits for the others.
const capacity = 100_000;

export class Audience {
  /** What was told of leases by anybody. */
  readonly moments = new Set<string>();
  readonly #makings: Makings;
  #members: ReadonlyArray<Member> = [];
  #count = 0;
  #busy = 0;

  constructor(makings: Makings) {
    this.#makings = makings;
  }

  get members(): ReadonlyArray<Member> {
    return this.#members;
  }

  /** How many slow subscribers are at work on an event. */
  get busy(): number {
    return this.#busy;
  }

  /** Somebody begins to listen to a watch; after an earlier one, where `from` says so. */
  join(watch: Watch, manner: Manner, from?: Position, isIterating = false): Member {
    const { name, truth } = this.#makings;
    const before = from === undefined ? { awaited: watch.snapshot().tasks } : { known: from.rows, told: from.moments };
    const witness = new Witness(`${name} ${++this.#count}`, manner, truth, before);
    const leave = isIterating ? this.#iterate(watch, witness) : this.#subscribe(watch, witness);
    const member = { witness, watch, leave, isResumed: from !== undefined };
    this.#members = [...this.#members, member];
    return member;
  }

  part(member: Member): void {
    member.leave();
    this.forget(member);
  }

  /** Counts somebody no longer whose subscription is over. */
  forget(member: Member): void {
    this.#members = this.#members.filter((each) => each !== member);
  }

  /** Compares what the events add up to with what is there. */
  compare({ witness }: Member, { tasks }: WatchSnapshot, promise: number): void {
    const { picture, name } = witness;
    for (const taskId of new Set([...picture.keys(), ...tasks.keys()])) {
      const [told, is] = [picture.get(taskId) ?? null, tasks.get(taskId) ?? null];
      const isRight = told === is || (told !== null && is !== null && isSame(told, is));
      this.#makings.verdict.hold(
        promise,
        isRight,
        () => `${name} was told ${taskId} ${brief(told)}; it is ${brief(is)}`,
      );
    }
  }

  #hear(witness: Witness, event: WatchEvent): void {
    const { world, onRemoved } = this.#makings;
    world.trace.note(() => `${witness.name}: ${JSON.stringify(event)}`);
    witness.hear(event);
    for (const moment of witness.moments) this.moments.add(moment);
    // A slow one hears of it when it may be long over.
    if (event.type === "task.removed" && witness.manner !== "slow") onRemoved(event.taskId);
  }

  #subscribe(watch: Watch, witness: Witness): () => void {
    const { time } = this.#makings.world;
    const listen = {
      prompt: (event: WatchEvent) => this.#hear(witness, event),
      slow: async (event: WatchEvent) => {
        this.#hear(witness, event);
        this.#busy++;
        await Effect.runPromise(time.sleep(slowness));
        this.#busy--;
      },
      throwing: (event: WatchEvent) => {
        this.#hear(witness, event);
        throw new Error("This subscriber throws.");
      },
    }[witness.manner];
    return watch.subscribe(listen, {
      capacity: witness.manner === "slow" ? slowCapacity : capacity,
      // The place of the watch is compared with its snapshot.
      transient: witness.manner === "slow",
      onEnd: (error) => witness.end(error),
    });
  }

  #iterate(watch: Watch, witness: Witness): () => void {
    const events = watch.events({ capacity })[Symbol.asyncIterator]();
    const run = async () => {
      for (let next = await events.next(); !next.done; next = await events.next()) this.#hear(witness, next.value);
    };
    run().then(
      () => witness.end(undefined),
      (error: Error) => witness.end(error),
    );
    return () => void events.return?.();
  }
}
