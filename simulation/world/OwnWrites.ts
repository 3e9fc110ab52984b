/** The writes through the watched client itself, and their outcomes as the program knows them. */
import type { SGPClient, SgpError } from "@evalwire/core";
import type { Tasks, TestCaseResults } from "@evalwire/core/contract";
import type { Rng } from "../Rng.ts";
import type { Trace } from "../Trace.ts";
import type { Row } from "./Database.ts";
import type { History } from "./History.ts";
import type { Exchange, Network } from "./Network.ts";

export type Facts = Partial<Omit<Row, "id">>;

export interface OwnWrite {
  readonly id: string;
  readonly what: string;
  readonly startedAt: number;
  endedAt: number | undefined;
  /** `unclear`: it failed, and may have taken effect. */
  outcome: "pending" | "succeeded" | "refused" | "unclear";
  /** The fields it sets, by task: those sent, then those the server answered. */
  readonly effects: Map<string, Facts>;
  /** The tasks whose whole row the server answered with. */
  readonly whole: Set<string>;
  /** The tasks that the watch did not know when it started: of them it can show nothing before the server has answered. */
  readonly unknown: ReadonlySet<string>;
  /** Whether the watch was at rest when it ended: then it never heard how. */
  isUnheard: boolean;
  /** The attempts that reached the network. */
  readonly attempts: Array<Exchange>;
}

/** Whether the watch surely laid the write over a task: it heard of it, and knew the task or was given it. */
export const isLaidOver = (write: OwnWrite, taskId: string): boolean =>
  !write.isUnheard && (!write.unknown.has(taskId) || write.whole.has(taskId));

export const kinds = [
  "claim",
  "skip",
  "assign",
  "unassign",
  "batchAssign",
  "submit",
  "save",
  "approve",
  "revise",
] as const;

export type Kind = (typeof kinds)[number];

const label = "x-simulated-write";

const factsOfResult = (result: TestCaseResults.TestCaseResult): Facts => ({
  label_status: result.label_status ?? null,
  ...(result.audit_status === undefined ? {} : { audit_status: result.audit_status }),
});

const factsOfTask = (task: Tasks.Task): Facts => {
  const { task_entity: result } = task;
  return {
    task_type: task.task_type,
    status: task.status,
    priority: task.priority ?? null,
    assigned_to: (typeof task.assigned_to === "object" ? task.assigned_to?.id : task.assigned_to) ?? null,
    assignment_expires_at: task.assignment_expires_at ?? null,
    ...(result === undefined || result === null
      ? {}
      : { ...factsOfResult(result), test_case_result_id: result.id, updated_at: result.updated_at ?? null }),
  };
};

interface Deps {
  readonly client: SGPClient;
  readonly evaluationId: string;
  readonly network: Network;
  readonly history: History;
  readonly trace: Trace;
  /** Whether the watch is at work, and hears what is written. */
  readonly isHeard: () => boolean;
  /** Whether the watch shows a task. */
  readonly isKnown: (taskId: string) => boolean;
}

interface Call {
  readonly run: (headers: Record<string, string>) => Promise<unknown>;
  readonly sets: ReadonlyMap<string, Facts>;
  /** The answer's fields of tasks. */
  readonly read: (answer: any) => ReadonlyArray<readonly [taskId: string, facts: Facts, isWhole: boolean]>;
}

export class OwnWrites {
  readonly all: Array<OwnWrite> = [];
  readonly #deps: Deps;
  readonly #written = new Map<string, Array<Facts>>();

  constructor(deps: Deps) {
    this.#deps = deps;
    deps.network.listen({
      sent: (exchange) => {
        const id = new Headers(exchange.request.headers).get(label);
        if (id !== null) this.all.find((write) => write.id === id)?.attempts.push(exchange);
      },
    });
  }

  get pending(): number {
    return this.all.reduce((count, { outcome }) => count + Number(outcome === "pending"), 0);
  }

  /** Those that touch a task and may still show, the latest last. */
  of(taskId: string): ReadonlyArray<OwnWrite> {
    return this.all.filter((write) => write.effects.has(taskId) && (write.outcome !== "refused" || write.isUnheard));
  }

  /** Everything that was ever sent or answered about a task. */
  written(taskId: string): ReadonlyArray<Facts> {
    return this.#written.get(taskId) ?? [];
  }

  /** The watch holds a task to be gone. */
  forget(taskId: string): void {
    for (const write of this.all) if (write.outcome !== "pending") write.effects.delete(taskId);
  }

  /** The first write that is said to be refused, and whose answer was lost after it had taken effect. */
  wronglyRefused(): OwnWrite | undefined {
    const isLost = ({ isCarriedOut, outcome }: Exchange) => isCarriedOut && outcome !== "answered";
    return this.all.find(({ outcome, attempts }) => outcome === "refused" && attempts.some(isLost));
  }

  /** Starts a write; `undefined` when there is nothing to write about. */
  start(kind: Kind, rng: Rng): OwnWrite | undefined {
    const call = this.#call(kind, rng);
    if (call === undefined) return undefined;
    const { trace, isKnown, isHeard } = this.#deps;
    const id = `own-${this.all.length + 1}`;
    const write: OwnWrite = {
      id,
      what: `${kind} ${[...call.sets.keys()].join(", ")}`,
      startedAt: trace.elapsed,
      endedAt: undefined,
      outcome: "pending",
      effects: new Map(call.sets),
      whole: new Set(),
      unknown: new Set([...call.sets.keys()].filter((taskId) => !isHeard() || !isKnown(taskId))),
      isUnheard: false,
      attempts: [],
    };
    this.all.push(write);
    for (const [taskId, facts] of write.effects) this.#note(taskId, facts);
    trace.note(() => `${id}: ${write.what}`);
    call.run({ [label]: id }).then(
      (answer) => this.#succeed(write, call.read(answer)),
      (error: SgpError) => this.#fail(write, error),
    );
    return write;
  }

  #note(taskId: string, facts: Facts): void {
    this.#written.set(taskId, [...this.written(taskId), facts]);
  }

  #succeed(write: OwnWrite, facts: ReturnType<Call["read"]>): void {
    this.#end(write, "succeeded", "");
    for (const [taskId, each, isWhole] of facts) {
      write.effects.set(taskId, { ...write.effects.get(taskId), ...each });
      this.#note(taskId, each);
      if (isWhole) write.whole.add(taskId);
    }
  }

  #fail(write: OwnWrite, error: SgpError): void {
    this.#end(write, error.inDoubt === true ? "unclear" : "refused", error.message);
  }

  #end(write: OwnWrite, outcome: OwnWrite["outcome"], message: string): void {
    const { trace, isHeard } = this.#deps;
    write.isUnheard = !isHeard();
    write.outcome = outcome;
    write.endedAt = trace.elapsed;
    trace.note(() => `${write.id}: ${outcome} ${message}`);
  }

  #call(kind: Kind, rng: Rng): Call | undefined {
    const { client, evaluationId: evaluation_id, history } = this.#deps;
    const rows = [...history.present.values()];
    const of = (accept: (row: Row) => boolean): Row | undefined => {
      const found = rows.filter(accept);
      return found.length === 0 ? undefined : rng.of(found);
    };
    const { tasks, testCaseResults } = client.evaluations;
    const claim = (skip_current: boolean): Call => ({
      run: (headers) =>
        client.evaluations.claimTask({ evaluation_id, ...(skip_current ? { skip_current } : {}) }, { headers }),
      sets: new Map(),
      read: (task: Tasks.Task | null) => (task === null ? [] : [[task.id, factsOfTask(task), true]]),
    });
    const assign = (row: Row | undefined, assigned_to: string | null): Call | undefined =>
      row && {
        run: (headers) => tasks.update({ evaluation_id, task_id: row.id, assigned_to }, { headers }),
        sets: new Map([[row.id, { assigned_to }]]),
        read: (task: Tasks.Task) => [[task.id, factsOfTask(task), true]],
      };
    const update = (row: Row | undefined, patch: TestCaseResults.UpdateTestCaseResult, sets: Facts): Call | undefined =>
      row && {
        run: (headers) =>
          testCaseResults.update(
            { evaluation_id, test_case_result_id: row.test_case_result_id!, ...patch },
            { headers },
          ),
        sets: new Map([[row.id, sets]]),
        read: (result: TestCaseResults.TestCaseResult) => [[row.id, factsOfResult(result), false]],
      };
    const isOpen = ({ status }: Row) => status === "PENDING" || status === "PENDING_REDO";
    const isDone = ({ status }: Row) => status === "COMPLETED";
    const who = rng.of(["ada", "ben", "cy"]);
    switch (kind) {
      case "claim":
        return claim(false);
      case "skip":
        return claim(true);
      case "assign":
        return assign(
          of(() => true),
          who,
        );
      case "unassign":
        return assign(
          of(({ assigned_to }) => assigned_to !== null),
          null,
        );
      case "batchAssign": {
        const chosen = rows.filter(() => rng.is(0.4)).map(({ id }) => id);
        return chosen.length === 0
          ? undefined
          : {
              run: (headers) => tasks.batchAssign({ evaluation_id, task_ids: chosen, assigned_to: who }, { headers }),
              sets: new Map(chosen.map((id) => [id, { assigned_to: who }])),
              read: (answer: ReadonlyArray<Tasks.Task>) => answer.map((task) => [task.id, factsOfTask(task), true]),
            };
      }
      case "submit":
        return update(
          of(isOpen),
          { result: { fluent: "yes" }, label_status: "COMPLETED" },
          { label_status: "COMPLETED" },
        );
      case "save":
        return update(of(isOpen), { result: { fluent: "no" }, label_status: "PENDING" }, { label_status: "PENDING" });
      case "approve":
        return update(of(isDone), { audit_status: "APPROVED" }, { audit_status: "APPROVED" });
      case "revise":
        return update(of(isDone), { label_status: "PENDING" }, { label_status: "PENDING" });
    }
  }
}
