/**
 * The whole state of a feed, up to a number: its entries added up.
 *
 * `take(e1), take(e2), …` leaves the same as taking a snapshot of that moment, and what comes after it.
 */
import type { CursorState } from "../watch/cursor/Cursor.ts";
import * as Cursor from "../watch/cursor/Cursor.ts";
import type { EvaluationRow } from "../watch/event/Event.ts";
import type { Lease, TaskRow } from "../watch/event/TaskRow.ts";
import { isSameLease } from "../watch/event/TaskVersion.ts";
import type { Capabilities } from "../watch/source/Source.ts";
import type { WatchSnapshot } from "../watch/state/Snapshot.ts";
import { Expiry } from "../watch/time/Expiry.ts";
import { instantOf } from "../watch/time/instantOf.ts";
import {
  type Announced,
  format,
  type Health,
  type Mark,
  markOf,
  type NewsEntry,
  type Pulse,
  type SnapshotEntry,
} from "./Entry.ts";

/** The state of a ledger without entries. */
export interface Beginning {
  readonly evaluationId: string;
  readonly generation: string;
  readonly capabilities: Capabilities;
  /** ISO 8601. */
  readonly time: string;
}

/** How long before the lease's end a clock's statement was due, in milliseconds; 0 for the end itself. */
export const leadOf = (event: object): number => (event as { readonly leadMillis?: number }).leadMillis ?? 0;

export class Ledger {
  readonly evaluationId: string;
  readonly tasks = new Map<string, TaskRow>();
  evaluation: EvaluationRow | undefined;
  capabilities: Capabilities;
  health: Health;
  isComplete = false;
  mark: Mark;
  // Only what it remembers is used; its moments come from elsewhere.
  readonly #announced = new Expiry();

  constructor({ evaluationId, generation, capabilities, time }: Beginning) {
    this.evaluationId = evaluationId;
    this.capabilities = capabilities;
    this.health = { state: "connecting", since: time };
    this.mark = { generation, epoch: 0, number: 0 };
  }

  /** The state of a watch at this moment, as the first of a log: as if one entry of news had said it. */
  static from(beginning: Beginning, epoch: number, { evaluation, tasks }: WatchSnapshot, health: Health): Ledger {
    const ledger = new Ledger(beginning);
    for (const [taskId, row] of tasks) ledger.tasks.set(taskId, row);
    ledger.evaluation = evaluation;
    ledger.#become(health);
    ledger.mark = { generation: beginning.generation, epoch, number: 1 };
    return ledger;
  }

  /** The same, and independent of what this one takes from now on. */
  copy(): Ledger {
    const { evaluationId, capabilities, mark, evaluation, health, isComplete } = this;
    const copy = new Ledger({ evaluationId, capabilities, generation: mark.generation, time: health.since });
    for (const [taskId, row] of this.tasks) copy.tasks.set(taskId, row);
    for (const [taskId, announced] of this.#announced.remembered) copy.#announced.restore(taskId, announced);
    return Object.assign(copy, { mark, evaluation, health, isComplete });
  }

  /** Adds the next entry. */
  take(entry: NewsEntry): void {
    this.#announced.advance(instantOf(entry.time) ?? Number.NEGATIVE_INFINITY);
    for (const news of entry.news) {
      if ("row" in news) {
        const row = Cursor.rowOf(news.row);
        this.tasks.set(row.id, row);
        this.#announced.keep(row.id);
      } else if ("gone" in news) {
        this.tasks.delete(news.gone);
        this.#announced.forget(news.gone);
      } else if ("clock" in news) {
        const { assignee, expiresAt } = news.clock.lease;
        const lead = leadOf(news.clock);
        if (expiresAt !== null) this.#announced.restore(news.clock.lease.taskId, [{ assignee, expiresAt, lead }]);
      } else if ("evaluation" in news) this.evaluation = news.evaluation;
      else if ("health" in news) this.#become(news.health);
    }
    this.mark = markOf(entry);
  }

  /** Whether what a clock's statement says has been said already. */
  isAnnounced(lease: Lease, lead: number): boolean {
    const announced = this.#announced.announced(lease.taskId);
    return announced.some((one) => isSameLease({ taskId: lease.taskId, ...one }, lease) && one.lead <= lead);
  }

  /** Everything it says, as a position that a watch can begin from. */
  position(): CursorState {
    const { evaluationId, evaluation, tasks } = this;
    return { evaluationId, evaluation, tasks, announced: new Map(this.#announced.remembered), owed: [] };
  }

  /**
   * Everything it says, in parts of at most `rowsInPart` rows; one part at least.
   *
   * @param head what stands in the head of an entry of this moment
   */
  *snapshot(head: Pick<NewsEntry, "base" | "time"> & Pulse, rowsInPart = 1_000): Generator<SnapshotEntry> {
    const { position, capabilities, health, isComplete, mark } = { ...this, position: this.position() };
    const rows = [...position.tasks.values()];
    const parts = Math.max(1, Math.ceil(rows.length / rowsInPart));
    const evaluation = position.evaluation ?? null;
    for (let part = 0; part < parts; part++) {
      const some = rows.slice(part * rowsInPart, (part + 1) * rowsInPart);
      const announced = some.flatMap(({ id }) =>
        (position.announced.get(id) ?? []).map(
          ({ assignee, expiresAt, lead }): Announced => [id, assignee, expiresAt, lead],
        ),
      );
      const facts = {
        kind: "snapshot" as const,
        format,
        part,
        parts,
        capabilities,
        evaluation,
        health,
        isComplete,
        announced,
      };
      yield { ...head, ...mark, ...facts, rows: some.map(Cursor.cellsOf) } as SnapshotEntry;
    }
  }

  /** The ledger that all parts of a snapshot say together; `undefined` when some are missing or of another snapshot. */
  static of(evaluationId: string, entries: ReadonlyArray<SnapshotEntry>): Ledger | undefined {
    const [first] = entries;
    if (first === undefined || entries.length !== first.parts) return undefined;
    const { generation, capabilities, time } = first;
    const ledger = new Ledger({ evaluationId, generation, capabilities, time });
    for (const [index, entry] of entries.entries()) {
      if (entry.part !== index || entry.number !== first.number || entry.generation !== generation) return undefined;
      for (const cells of entry.rows) {
        const row = Cursor.rowOf(cells);
        ledger.tasks.set(row.id, row);
      }
      for (const [taskId, assignee, expiresAt, lead] of entry.announced) {
        ledger.#announced.restore(taskId, [{ assignee, expiresAt, lead }]);
      }
    }
    ledger.evaluation = first.evaluation ?? undefined;
    ledger.health = first.health;
    ledger.isComplete = first.isComplete;
    ledger.mark = markOf(first);
    return ledger;
  }

  #become(health: Health): void {
    this.health = health;
    if (health.state === "synced") this.isComplete = true;
  }
}
