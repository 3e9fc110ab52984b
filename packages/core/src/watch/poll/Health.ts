/**
 * The status of a watch, and the events that report it.
 *
 * 1. It is connecting until a complete scan has been made since it was set to work, then synced.
 * 2. It is degraded from the first failure until every kind of request that failed has succeeded again; both ends are reported. Having no
 *    network is such a failure, and so is that no look was made until the snapshot was to be fresh.
 * 3. Once it has ended it stays so.
 */
import { SgpError } from "../../client/SgpError.ts";
import type { StateEvent } from "../event/Event.ts";
import type { WatchStatus } from "../Status.ts";
import type { Store } from "../state/Store.ts";
import type { Timekeeper } from "../time/Timekeeper.ts";

/**
 * Possible failures: of a kind of request, of the network of this machine (`Network`), or of a timely poll (`Age`); in a follower of a feed of its
 * publisher (`Publisher`), or of its beats (`Silence`).
 */
type Kind = "Evaluation" | "Page" | "Task" | "History" | "Network" | "Age" | "Publisher" | "Silence";

/** How long the snapshot counts as true. */
export interface Freshness {
  /** ISO 8601. */
  readonly lastSyncedAt: string;
  /** Monotonic milliseconds. */
  readonly until: number;
}

type Open = Exclude<WatchStatus, { readonly _tag: "closed" }>;

export class Health {
  readonly #store: Store;
  readonly #time: Timekeeper;
  readonly #failing = new Map<Kind, SgpError>();
  #isSynced = false;
  #nextAt: number | undefined;
  #lastSyncedAt: string | undefined;
  // The time of the event that reported the failure, by the clock that times events.
  #degradedAt = "";
  #fresh: { readonly until: number; readonly text: string } | undefined;

  constructor(store: Store, time: Timekeeper) {
    this.#store = store;
    this.#time = time;
  }

  get isEnded(): boolean {
    return this.#store.status._tag === "closed";
  }

  /** When the snapshot ceases to be fresh, in monotonic milliseconds; infinite where it is not said to be. */
  get freshUntil(): number {
    const isSaid = this.#store.status._tag === "synced";
    return isSaid && this.#fresh !== undefined ? this.#fresh.until : Number.POSITIVE_INFINITY;
  }

  /** The poller is set to work, or rests: what is known has not been looked at since. */
  connect(): void {
    this.#failing.clear();
    this.#isSynced = false;
    if (this.#store.status._tag !== "connecting") this.#become({ _tag: "connecting", since: this.#time.time() });
  }

  /** A complete scan has been made. @param fresh how long it counts; without it, until another status is said */
  sync(fresh?: Freshness): void {
    if (fresh !== undefined) {
      this.#lastSyncedAt = fresh.lastSyncedAt;
      this.#fresh = { until: fresh.until, text: this.#time.timeAt(fresh.until) };
    }
    if (this.#isSynced) {
      if (this.#failing.has("Age")) this.succeed("Age");
      else if (fresh !== undefined && this.#store.status._tag !== "closed")
        this.#store.setStatus(this.#aged(this.#store.status));
      return;
    }
    this.#isSynced = true;
    const event = { ...this.#event("watch.synced"), tasks: this.#store.tasks.size };
    const { status } = this.#store;
    // Some other kind of request may still fail: that the scan is complete does not end this.
    this.#become(status._tag === "degraded" ? status : { _tag: "synced", since: this.#time.time() }, event);
  }

  /** Looks whether the snapshot is still fresh, by either clock: the machine may have slept. */
  checkAge(): void {
    if (this.#store.status._tag === "synced" && this.#isOld) this.#becomeOld();
  }

  /** There is a network, or none. */
  setOnline(isOnline: boolean): void {
    const wasOffline = this.#failing.has("Network");
    if (!isOnline) {
      if (wasOffline) return;
      this.fail("Network", new SgpError({ reason: { _tag: "Offline" }, endpoint: "watch" }));
    } else if (wasOffline) {
      // Until it is looked at again an old snapshot stays what it is.
      if (this.#isSynced && this.#isOld) this.#becomeOld();
      this.succeed("Network");
    }
  }

  /** @param asOf when the snapshot was last known to be true, where that can be said */
  fail(kind: Kind, error: SgpError, asOf?: string): void {
    this.#failing.delete(kind);
    this.#failing.set(kind, error);
    const { status } = this.#store;
    const facts = { error, ...(asOf === undefined ? {} : { asOf }) };
    if (status._tag === "degraded") this.#become({ ...status, ...facts });
    else {
      const { reason, message } = error;
      const event = { ...this.#event("watch.degraded"), error: { reason: reason._tag, message } };
      this.#degradedAt = event.time;
      this.#become({ _tag: "degraded", since: this.#time.time(), ...facts }, event);
    }
  }

  succeed(kind: Kind): void {
    if (this.#failing.size === 0) return;
    this.#failing.delete(kind);
    // A page shows more than any point read could have.
    if (kind === "Page") this.#failing.delete("Task");
    const { status } = this.#store;
    if (status._tag !== "degraded") return;
    if (this.#failing.size > 0) {
      const error = [...this.#failing.values()].at(-1)!;
      if (error !== status.error) this.#become({ ...status, error });
      return;
    }
    const event = { ...this.#event("watch.recovered"), degradedAt: this.#degradedAt };
    this.#become({ _tag: this.#isSynced ? "synced" : "connecting", since: this.#time.time() }, event);
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

  get #isOld(): boolean {
    return (
      this.#fresh !== undefined && (this.#time.now() >= this.#fresh.until || this.#time.time() >= this.#fresh.text)
    );
  }

  #becomeOld(): void {
    const reason = { _tag: "Stale", lastSyncedAt: this.#lastSyncedAt! } as const;
    this.fail("Age", new SgpError({ reason, endpoint: "watch" }));
  }

  #become(status: WatchStatus, ...events: ReadonlyArray<StateEvent>): void {
    this.#nextAt = undefined;
    this.#store.setStatus(status._tag === "closed" ? this.#closed(status) : this.#aged(status), events);
  }

  #aged(status: Open): WatchStatus {
    const { lastSyncedAt: _, ...rest } = status;
    const last = this.#lastSyncedAt === undefined ? {} : { lastSyncedAt: this.#lastSyncedAt };
    if (rest._tag !== "synced") return { ...rest, ...last };
    return { ...rest, ...last, ...(this.#fresh === undefined ? {} : { freshUntil: this.#fresh.text }) };
  }

  #closed(status: Extract<WatchStatus, { readonly _tag: "closed" }>): WatchStatus {
    return this.#lastSyncedAt === undefined ? status : { ...status, lastSyncedAt: this.#lastSyncedAt };
  }

  #event<Type extends StateEvent["type"]>(type: Type) {
    const { evaluationId } = this.#store;
    const time = this.#time.eventTime();
    return { type, id: `${type}:${evaluationId}:${time}`, time, evaluationId };
  }
}
