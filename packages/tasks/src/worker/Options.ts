/** Options of a worker, and their defaults. */
import type { Watch } from "@evalwire/core";
import type { AnyQuestion, FormValidator, Tasks, TestCaseResults, TestCases } from "@evalwire/core/contract";
import { checkOptions } from "@evalwire/core/contract";
import * as Duration from "effect/Duration";
import type * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import { type GiveBack, type HeldLease, waysBack } from "../lease/HeldLease.ts";
import type { WorkerEvent } from "./WorkerEvent.ts";

/** Argument of a handler for one task. */
export interface WorkContext {
  readonly task: Tasks.Task;
  /** The test case result the task is about, with what the application answered. */
  readonly result: TestCaseResults.TestCaseResult;
  /** The test case of the evaluation's version; `undefined` where the platform does not send it. */
  readonly testCase: TestCases.TestCase | undefined;
  /** The questions to answer; empty where the evaluation names none. */
  readonly questions: ReadonlyArray<AnyQuestion>;
  readonly lease: HeldLease;
  /** Aborts when the answer would come too late: before the lease could end, at the time limit, or when the worker stops at once. */
  readonly signal: AbortSignal;
  /** Which try at this task it is; 1 for the first. */
  readonly attempt: number;
  readonly log: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
}

/** Result of a handler: answers by question id, or that it does not take the task. */
export type HandlerResult =
  | { readonly result: TestCaseResults.Answers; readonly time_spent_labeling_s?: number }
  | { readonly skip: string };

export type Handler = (context: WorkContext) => HandlerResult | Promise<HandlerResult>;

/** A handler in Effect; interrupted where the promises' `signal` aborts. */
export type EffectHandler<E = unknown, R = never> = (context: WorkContext) => Effect.Effect<HandlerResult, E, R>;

export interface WorkerOptions {
  readonly evaluation_id: string;
  /** `EVALUATION_ANNOTATION` when left out; answers of other types cannot be handed in by any public route. */
  readonly task_type?: Tasks.TaskType;
  /** How often a failing handler is tried before its task is given back for good. Default 3. */
  readonly tries?: number;
  /** How long one try may take. Default: as long as the lease surely holds. */
  readonly timeLimit?: Duration.Input;
  /**
   * How long a handler whose signal was aborted is waited for and, when the worker stops hard, each request that is under way: handing in, finding
   * out its outcome, giving back. Default 5 seconds.
   */
  readonly grace?: Duration.Input;
  /** The shortest and the longest pause when there is nothing to do. Default `["1 second", "1 minute"]`. */
  readonly idle?: readonly [shortest: Duration.Input, longest: Duration.Input];
  /** A watch of the evaluation: it wakes the worker at once, ends leases early, and says how much is left. It is not closed. */
  readonly watch?: Watch;
  /** Stops when nothing is left to claim. Default false. */
  readonly stopWhenEmpty?: boolean;
  /** Handling of an unfinished task when the worker stops. Default `unassign`. */
  readonly giveBack?: GiveBack;
  /** How forms are checked, see `@evalwire/core/forms`. */
  readonly forms?: FormValidator;
  /** Whether answers are checked against the questions before they are sent. Default true. */
  readonly check?: boolean;
  /** Called with every event; a listener that throws is not called again. */
  readonly onEvent?: (event: WorkerEvent) => void;
}

const optionNames: Record<keyof WorkerOptions, true> = {
  evaluation_id: true,
  task_type: true,
  tries: true,
  timeLimit: true,
  grace: true,
  idle: true,
  watch: true,
  stopWhenEmpty: true,
  giveBack: true,
  forms: true,
  check: true,
  onEvent: true,
};

export interface Settings {
  readonly evaluationId: string;
  readonly taskType: Tasks.TaskType;
  readonly tries: number;
  readonly timeLimitMillis: number;
  readonly graceMillis: number;
  readonly idleMillis: readonly [shortest: number, longest: number];
  readonly watch: Watch | undefined;
  readonly stopWhenEmpty: boolean;
  readonly giveBack: GiveBack;
  readonly forms: FormValidator | undefined;
  readonly isChecked: boolean;
}

export const millis = (name: string, input: Duration.Input): number => {
  const value = Option.match(Duration.fromInput(input), { onNone: () => Number.NaN, onSome: Duration.toMillis });
  if (value >= 0) return value;
  throw new RangeError(`TaskWorker: ${name} is a time such as "30 seconds", not ${String(input)}`);
};

/** The options with their defaults. Throws a `RangeError` that says which cannot be right, a `TypeError` at one that is not known. */
export const settle = (options: WorkerOptions): Settings => {
  if (typeof options !== "object" || options === null) {
    throw new RangeError("TaskWorker: the second argument is the options, with evaluation_id");
  }
  checkOptions("TaskWorker", options, optionNames);
  const { evaluation_id, tries = 3, idle = ["1 second", "1 minute"] } = options;
  if (typeof evaluation_id !== "string" || evaluation_id === "") {
    throw new RangeError("TaskWorker: evaluation_id is the id of an evaluation");
  }
  if (!(Number.isInteger(tries) && tries > 0)) {
    throw new RangeError(`TaskWorker: tries must be a whole number above 0, not ${tries}`);
  }
  const { giveBack = "unassign" } = options;
  if (!waysBack.includes(giveBack)) {
    throw new RangeError(`TaskWorker: giveBack is "skip", "unassign" or "keep", not ${JSON.stringify(giveBack)}`);
  }
  const shortest = millis("idle[0]", idle[0]);
  if (shortest <= 0) throw new RangeError("TaskWorker: idle[0] must be more than 0 ms");
  return {
    evaluationId: evaluation_id,
    taskType: options.task_type ?? "EVALUATION_ANNOTATION",
    tries,
    timeLimitMillis:
      options.timeLimit === undefined ? Number.POSITIVE_INFINITY : millis("timeLimit", options.timeLimit),
    graceMillis: millis("grace", options.grace ?? "5 seconds"),
    idleMillis: [shortest, Math.max(shortest, millis("idle[1]", idle[1]))],
    watch: options.watch,
    stopWhenEmpty: options.stopWhenEmpty ?? false,
    giveBack,
    forms: options.forms,
    isChecked: options.check ?? true,
  };
};
