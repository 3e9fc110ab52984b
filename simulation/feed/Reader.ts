/** One follower with a program of its own: what it writes, and a subscriber that believes nothing. */

import { instantOf, SGPClient, type TaskRow, type Watch, type WatchEvent } from "@evalwire/core";
import { follow, writesOf } from "@evalwire/core/feed";
import { announcementOf, BrokenPromise, EventChecker } from "@evalwire/core/testing";
import type { Assertions } from "../promises/Assertions.ts";
import { brief } from "../promises/Checker.ts";
import type { Rng } from "../Rng.ts";
import { names } from "../world/Actors.ts";
import { fields, isSame } from "../world/History.ts";
import type { World } from "../world/World.ts";
import type { Line } from "./Line.ts";
import { beatMillis } from "./Publishers.ts";

export class Reader {
  readonly name: string;
  readonly watch: Watch;
  readonly line: Line;
  readonly #world: World;
  readonly #assertions: Assertions;
  readonly #client: SGPClient;
  /** Since it last came. */
  #events = new EventChecker(undefined);
  #leave: (() => void) | undefined;
  #sizes = 0;
  #pending = 0;

  constructor(name: string, world: World, line: Line, assertions: Assertions) {
    const { network, clientClock, seed, settings, browser, host } = world;
    this.name = name;
    this.line = line;
    this.#world = world;
    this.#assertions = assertions;
    this.#client = new SGPClient({
      apiKey: "ada",
      baseURL: "http://evalwire.localhost",
      fetch: network.fetchOf(name),
      clock: clientClock,
      seed: `${seed}/${name}`,
      timeout: 10_007,
    });
    this.watch = follow(line, {
      clock: clientClock,
      seed: `${seed}/${name}`,
      environment: browser,
      expiring: settings.leads,
      writes: writesOf(this.#client, host.evaluationId),
    });
    this.come();
  }

  get pending(): number {
    return this.#pending;
  }

  get isResting(): boolean {
    return this.#leave === undefined;
  }

  come(): void {
    if (this.#leave !== undefined) return;
    const known = this.watch.snapshot().tasks;
    // Tasks present in the first snapshot are news only with a replay, which repeats announcements.
    const announced = known.size === 0 ? [] : this.#events.announced;
    this.#events = new EventChecker(undefined, { before: { tasks: known, announced } });
    this.#leave = this.watch.subscribe((event) => this.#hear(event), { replay: known.size === 0 });
  }

  rest(): void {
    this.#leave?.();
    this.#leave = undefined;
  }

  /** Assigns a task to a user, or takes it away. */
  write(rng: Rng): void {
    const rows = [...this.watch.snapshot().tasks.values()];
    if (rows.length === 0 || this.isResting) return;
    const { id } = rng.of(rows);
    const assigned_to = rng.is(0.25) ? null : rng.of(names);
    this.#pending++;
    const call = this.#client.evaluations.tasks.update(
      { evaluation_id: this.#world.host.evaluationId, task_id: id, assigned_to } as never,
      { maxRetries: 0 },
    );
    const shown = this.watch.snapshot().tasks.get(id)?.assigned_to;
    this.#hold(23, shown === assigned_to, () => `its own write of ${id} is not shown at once`);
    void call.then(
      () => this.#pending--,
      () => this.#pending--,
    );
  }

  /** Checks that hold while nothing happens. */
  check(): void {
    if (this.isResting) return;
    const { tasks, status } = this.watch.snapshot();
    const isAnyThere = this.#world.host.history.present.size > 1;
    this.#hold(1, !(isAnyThere && this.#sizes > 1 && tasks.size === 0), () => "its board is empty for a moment");
    this.#sizes = tasks.size;
    const isEqual = tasks.size === this.#events.tasks.size && [...tasks].every(([id, row]) => this.#isState(id, row));
    this.#hold(3, isEqual, () => "its events do not add up to its snapshot");
    const silentMillis = this.#world.time.now() - this.line.handedAt;
    const isAlive = status._tag !== "synced" || silentMillis <= 2 * beatMillis + 1;
    this.#hold(21, isAlive, () => `it is synced, and nothing came for ${silentMillis} ms`);
  }

  async close(): Promise<void> {
    await this.watch.close();
    await this.#client.close();
  }

  #isState(id: string, row: TaskRow): boolean {
    const known = this.#events.tasks.get(id);
    return known !== undefined && isSame(known, row);
  }

  #hear(event: WatchEvent): void {
    try {
      if (this.#events.hear(event) && "taskId" in event && event.current !== null) this.#isReal(event.current);
    } catch (error) {
      if (!(error instanceof BrokenPromise)) throw error;
      this.#hold(error.promise, false, () => `${error.message}: ${JSON.stringify(event)}`);
    }
    if (event.type !== "assignment.expired") return;
    const isPast = this.#world.host.clock.now() >= (instantOf(event.lease.expiresAt ?? "") ?? Number.NaN);
    this.#hold(9, isPast, () => `${announcementOf(event.lease, 0)} is reported too early`);
  }

  #isReal(current: TaskRow): void {
    const states = this.#world.host.history.states(current.id);
    const invented = fields.filter(
      (field) =>
        // A pending write shows before the server has it.
        field !== "assigned_to" &&
        field !== "assignment_expires_at" &&
        !states.some(({ row }) => row?.[field] === current[field]),
    );
    const what = () => `${current.id} was never so: ${invented.join(", ")} of ${brief(current)}`;
    this.#hold(5, invented.length === 0, what);
  }

  #hold(promise: number, isKept: boolean, what: () => string): void {
    this.#assertions.hold(promise, isKept, () => `${this.name}: ${what()}`);
  }
}
