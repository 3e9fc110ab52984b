/**
 * Servers that answer reads from copies of the leader's database, each as late as its lag.
 *
 * A copy shows a state that the leader was in, whole: what was recorded after something had changed. Nothing happens in it by
 * itself, so its server runs on a clock that stands still at the instant of that state: a lease that has ended since is given back by the
 * only by the leader. `Date` is the time of its own machine's clock.
 */

import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { threadId } from "node:worker_threads";
import type { SimulatedClock } from "@evalwire/core/testing";
import { createServer, type EvalwireServer, type ServerOptions } from "@evalwire/server";
import type { Answer } from "./Answer.ts";
import type { Copy } from "./Database.ts";
import type { Replica } from "./Deployment.ts";
import { SkewedClock } from "./SkewedClock.ts";

class StandingClock extends SkewedClock {
  at = 0;

  override now(): number {
    return this.at;
  }
}

/** A state of the leader, and when it began: by its clock, and by the clock that cannot be set; a sleep of the client's machine counts. */
interface State {
  readonly copy: Copy;
  readonly at: number;
  readonly since: number;
}

// Every in-memory database of a process, in all its threads, needs a name of its own.
let opened = 0;

export class ReplicaServer {
  readonly clock: SkewedClock;
  readonly lagMillis: number;
  readonly #time: SimulatedClock;
  readonly #standing: StandingClock;
  readonly #server: EvalwireServer;
  readonly #database: DatabaseSync;
  #states: Array<State> = [];
  #shown: State | undefined;

  private constructor(parts: {
    readonly clock: SkewedClock;
    readonly lagMillis: number;
    readonly time: SimulatedClock;
    readonly standing: StandingClock;
    readonly server: EvalwireServer;
    readonly database: DatabaseSync;
  }) {
    this.clock = parts.clock;
    this.lagMillis = parts.lagMillis;
    this.#time = parts.time;
    this.#standing = parts.standing;
    this.#server = parts.server;
    this.#database = parts.database;
  }

  /** @param leader whose clock its own differs from as `replica` says */
  static async open(
    replica: Replica,
    time: SimulatedClock,
    leader: { readonly clock: SkewedClock; readonly offsetMillis: number; readonly ppm: number },
    options: ServerOptions,
  ): Promise<ReplicaServer> {
    const standing = new StandingClock(time);
    standing.at = time.now() + leader.offsetMillis;
    const filename = `file:replica-${threadId}-${++opened}?mode=memory&cache=shared`;
    const server = await createServer({ ...options, clock: standing, database: filename });
    const database = new DatabaseSync(filename);
    const isOwn = replica.offsetMillis !== 0;
    const clock = isOwn ? new SkewedClock(time, leader.offsetMillis + replica.offsetMillis, leader.ppm) : leader.clock;
    return new ReplicaServer({ clock, lagMillis: replica.lagMillis, time, standing, server, database });
  }

  /** The leader has come to another state. */
  follow(state: Omit<State, "since">): void {
    this.#states.push({ ...state, since: this.#time.now() });
  }

  /** Answers a read with what has arrived. */
  async read(url: string, headers: HeadersInit | undefined): Promise<Answer> {
    const arrived = this.#time.now() - this.lagMillis;
    const place = this.#states.findLastIndex(({ since }) => since <= arrived);
    const state = this.#states[Math.max(0, place)]!;
    this.#states = this.#states.slice(Math.max(0, place));
    if (state !== this.#shown) this.#copy(state);
    const response = await this.#server.fetch(url, headers === undefined ? {} : { headers });
    const kept = [...response.headers].filter(([name]) => name !== "date");
    const date = new Date(this.clock.now()).toUTCString();
    return { status: response.status, headers: [...kept, ["date", date]], text: await response.text() };
  }

  async close(): Promise<void> {
    this.#database.close();
    await this.#server.close();
  }

  #copy(state: State): void {
    this.#shown = state;
    this.#standing.at = state.at;
    this.#database.exec("BEGIN IMMEDIATE");
    for (const [table, rows] of state.copy) {
      this.#database.exec(`DELETE FROM ${table}`);
      for (const row of rows) {
        const columns = Object.keys(row);
        const values = Object.values(row) as ReadonlyArray<SQLInputValue>;
        const places = columns.map(() => "?").join(", ");
        this.#database.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places})`).run(...values);
      }
    }
    this.#database.exec("COMMIT");
  }
}
