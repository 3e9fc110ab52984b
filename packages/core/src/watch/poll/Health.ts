/**
 * The status of a watch, and the events that report it.
 *
 * 1. It is connecting until a complete scan has been made since it was set to work, then synced.
 * 2. It is degraded from the first failure until every kind of request that failed has succeeded again; both ends are reported.
 * 3. Once it has ended it stays so.
 */
import type { SgpError } from "../../client/SgpError.ts";
import type { StateEvent } from "../Event.ts";
import type { WatchStatus } from "../Status.ts";
import type { Store } from "../state/Store.ts";
import type { Timekeeper } from "../time/Timekeeper.ts";

/** What can fail: a kind of request; in a follower of a feed its publisher (`Publisher`), or the beats stay away (`Silence`). */
type Kind = "Evaluation" | "Page" | "Task" | "Publisher" | "Silence";

export class Health {
  readonly #store: Store;
  readonly #time: Timekeeper;
  readonly #failing = new Set<Kind>();
  #isSynced = false;
  #nextAt: number | undefined;

  constructor(store: Store, time: Timekeeper) {
    this.#store = store;
    this.#time = time;
  }

  get isEnded(): boolean {
    return this.#store.status._tag === "closed";
  }

  /** The poller is set to work, or rests: what is known has not been looked at since. */
  connect(): void {
    this.#failing.clear();
    this.#isSynced = false;
    if (this.#store.status._tag !== "connecting") this.#become({ _tag: "connecting", since: this.#time.time() });
  }

  /** A complete scan has been made. */
  sync(): void {
    if (this.#isSynced) return;
    this.#isSynced = true;
    const event = { ...this.#event("watch.synced"), tasks: this.#store.tasks.size };
    const { status } = this.#store;
    // Some other kind of request may still fail: that the scan is complete does not end this.
    this.#become(status._tag === "degraded" ? status : { _tag: "synced", since: event.time }, event);
  }

  /** @param asOf when the snapshot was last known to be true, where that can be said */
  fail(kind: Kind, error: SgpError, asOf?: string): void {
    this.#failing.add(kind);
    const { status } = this.#store;
    const facts = { error, ...(asOf === undefined ? {} : { asOf }) };
    if (status._tag === "degraded") this.#become({ ...status, ...facts });
    else {
      const { reason, message } = error;
      const event = { ...this.#event("watch.degraded"), error: { reason: reason._tag, message } };
      this.#become({ _tag: "degraded", since: event.time, ...facts }, event);
    }
  }

  succeed(kind: Kind): void {
    if (this.#failing.size === 0) return;
    this.#failing.delete(kind);
    // A page shows more than any readTask could have.
    if (kind === "Page") this.#failing.delete("Task");
    const { status } = this.#store;
    if (this.#failing.size > 0 || status._tag !== "degraded") return;
    const event = { ...this.#event("watch.recovered"), degradedAt: status.since };
    this.#become({ _tag: this.#isSynced ? "synced" : "connecting", since: event.time }, event);
  }

  end(error: SgpError): void {
    this.#become({ _tag: "closed", since: this.#time.time(), error });
    this.#store.end(error);
  }

  /** Says when the next poll is due, in monotonic milliseconds. */
  expect(at: number): void {
    const { status } = this.#store;
    if (at === this.#nextAt || status._tag === "closed") return;
    this.#nextAt = at;
    const { nextPollAt: _, ...rest } = status;
    this.#store.setStatus(Number.isFinite(at) ? { ...rest, nextPollAt: this.#time.timeAt(at) } : rest);
  }

  #become(status: WatchStatus, ...events: ReadonlyArray<StateEvent>): void {
    this.#nextAt = undefined;
    this.#store.setStatus(status, events);
  }

  #event<Type extends StateEvent["type"]>(type: Type) {
    const { evaluationId } = this.#store;
    const time = this.#time.time();
    return { type, id: `${type}:${evaluationId}:${time}`, time, evaluationId };
  }
}
