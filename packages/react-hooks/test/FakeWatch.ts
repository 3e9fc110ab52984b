/** A watch held in the hand: the test says what it knows and what happened, and can see who is still listening. */
import type { EvaluationRow, Lease, TaskRow, Watch, WatchEvent, WatchSnapshot, WatchStatus } from "@evalwire/core";

export const epoch = "2030-01-01T00:00:00.000Z";

export const row = (id: string, fields: Partial<TaskRow> = {}): TaskRow => ({
  id,
  task_type: "EVALUATION_ANNOTATION",
  status: "PENDING",
  priority: 0,
  assigned_to: null,
  assignment_expires_at: null,
  test_case_result_id: `result-of-${id}`,
  test_case_id: `case-of-${id}`,
  label_status: "PENDING",
  audit_status: "UNAUDITED",
  updated_at: epoch,
  ...fields,
});

export const rows = (count: number): ReadonlyArray<TaskRow> =>
  Array.from({ length: count }, (_, index) => row(`t${index}`));

const leasesOf = (tasks: ReadonlyMap<string, TaskRow>): ReadonlyMap<string, Lease> => {
  const leases = new Map<string, Lease>();
  for (const task of tasks.values()) {
    if (task.assigned_to === null || !["PENDING", "PENDING_REDO"].includes(task.status)) continue;
    leases.set(task.id, { taskId: task.id, assignee: task.assigned_to, expiresAt: task.assignment_expires_at });
  }
  return leases;
};

/** An event of one task, with only the fields the hooks' tests look at. */
export const event = (type: WatchEvent["type"], taskId: string, fields: object = {}): WatchEvent =>
  ({
    type,
    id: `${type}/${taskId}`,
    time: epoch,
    evaluationId: "ev_1",
    taskId,
    gap: false,
    origin: "server",
    ...fields,
  }) as never;

export class FakeWatch implements Watch {
  readonly evaluationId: string;
  readonly ready = Promise.resolve();
  readonly capabilities = { assignments: true, deadlines: true, pointReads: true };
  isClosed = false;
  offsetMillis = 0;
  errorMillis = 0;
  /** How often anybody began to listen, to changes and to events. */
  joined = 0;
  readonly #changed = new Set<{ readonly listener: () => void }>();
  readonly #told = new Set<{
    readonly listener: (event: never) => unknown;
    readonly types: ReadonlyArray<string> | undefined;
  }>();
  #snapshot: WatchSnapshot;

  constructor(evaluationId = "ev_1", tasks: ReadonlyArray<TaskRow> = []) {
    this.evaluationId = evaluationId;
    const byId = new Map(tasks.map((task) => [task.id, task]));
    this.#snapshot = {
      evaluationId,
      evaluation: undefined,
      tasks: byId,
      leases: leasesOf(byId),
      status: { _tag: "synced", since: epoch },
    };
  }

  get listeners(): number {
    return this.#changed.size + this.#told.size;
  }

  /** Puts rows in the place of those with the same id, and adds those that are new. */
  put(...changed: ReadonlyArray<TaskRow>): void {
    const tasks = new Map(this.#snapshot.tasks);
    for (const task of changed) tasks.set(task.id, task);
    this.#show({ tasks, leases: leasesOf(tasks) });
  }

  remove(id: string): void {
    const tasks = new Map(this.#snapshot.tasks);
    tasks.delete(id);
    this.#show({ tasks, leases: leasesOf(tasks) });
  }

  evaluation(evaluation: Partial<EvaluationRow>): void {
    const before = this.#snapshot.evaluation ?? {
      id: this.evaluationId,
      name: "demo",
      status: "PENDING",
      total: 0,
      completed: 0,
    };
    this.#show({ evaluation: { ...before, ...evaluation } });
  }

  /** Before anything was read. */
  unread(): this {
    this.#show({ tasks: new Map(), leases: new Map(), status: { _tag: "connecting", since: epoch } });
    return this;
  }

  state(status: WatchStatus): void {
    this.#show({ status });
  }

  tell(told: WatchEvent): void {
    for (const { listener, types } of [...this.#told]) {
      if (types === undefined || types.includes(told.type)) listener(told as never);
    }
  }

  #show(changed: Partial<WatchSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...changed };
    for (const { listener } of [...this.#changed]) listener();
  }

  snapshot(): WatchSnapshot {
    return this.#snapshot;
  }
  onChange(listener: () => void): () => void {
    const entry = { listener };
    this.joined++;
    this.#changed.add(entry);
    return () => this.#changed.delete(entry);
  }
  subscribe: Watch["subscribe"] = (listener, options = {}) => {
    const entry = { listener, types: options.types };
    this.joined++;
    this.#told.add(entry);
    if (options.replay !== false) {
      for (const task of this.#snapshot.tasks.values()) {
        if (options.types?.includes("task.added" as never) ?? true) {
          listener(event("task.added", task.id, { replay: true, previous: null, current: task }) as never);
        }
      }
    }
    return Object.assign(() => void this.#told.delete(entry), { cursor: () => "", ack: () => undefined });
  };
  get status(): WatchStatus {
    return this.#snapshot.status;
  }
  cursor(): string {
    return `${this.evaluationId} at ${this.#snapshot.tasks.size} tasks`;
  }
  stats(): ReturnType<Watch["stats"]> {
    return { clock: { offsetMillis: this.offsetMillis, errorMillis: this.errorMillis } } as never;
  }
  async close(): Promise<void> {
    this.isClosed = true;
    this.#changed.clear();
    this.#told.clear();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
  events(): never {
    return this[Symbol.asyncIterator]();
  }
  [Symbol.asyncIterator](): never {
    throw new Error("No hook iterates over a watch.");
  }
}
