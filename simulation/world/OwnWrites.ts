/** The writes through the watched client itself, and their outcomes as the program knows them. */
import type { SgpError } from "@evalwire/core";
import type { Rng } from "../Rng.ts";
import type { Trace } from "../Trace.ts";
import type { Row } from "./Database.ts";
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

const label = "x-simulated-write";

interface Deps {
  readonly network: Network;
  readonly trace: Trace;
  /** Whether the watch is at work, and hears what is written. */
  readonly isHeard: () => boolean;
  /** Whether the watch shows a task. */
  readonly isKnown: (taskId: string) => boolean;
  readonly callOf: CallOf;
}

export interface Call {
  readonly run: (headers: Record<string, string>) => Promise<unknown>;
  readonly sets: ReadonlyMap<string, Facts>;
  /** The answer's fields of tasks. */
  readonly read: (answer: any) => ReadonlyArray<readonly [taskId: string, facts: Facts, isWhole: boolean]>;
}

/** The call that makes one kind of write; `undefined` when there is nothing to write about. */
export type CallOf = (kind: string, rng: Rng) => Call | undefined;

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
  start(kind: string, rng: Rng): OwnWrite | undefined {
    const call = this.#deps.callOf(kind, rng);
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
}
