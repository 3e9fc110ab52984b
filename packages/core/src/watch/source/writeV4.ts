/**
 * The effect of a write through the client on the tasks of one evaluation of v4.
 */
import type { SgpError } from "../../client/SgpError.ts";
import type { Write as ClientWrite } from "../../client/Writes.ts";
import { httpDate } from "../../contract/httpDate.ts";
import * as Evaluations from "../../contract/v4/evaluations/Evaluations.ts";
import * as Tasks from "../../contract/v4/evaluations/Tasks.ts";
import * as TestCaseResults from "../../contract/v4/evaluations/TestCaseResults.ts";
import { factsOfResult, factsOfTask } from "./itemV4.ts";
import { isJson, Reader, textOf } from "./Reader.ts";
import type { Write } from "./Source.ts";

const phaseOf = (write: ClientWrite): Write["phase"] => (write.phase === "failed" ? fateOf(write.error) : write.phase);

/** Knowledge of a failed write: that it had no effect, or nothing. */
const fateOf = (error: SgpError | undefined): "refused" | "unclear" =>
  error === undefined || error.inDoubt === true ? "unclear" : "refused";

/** The effect of a client's write on this evaluation's tasks; `undefined` when it has none. */
export const writeOf = (
  write: ClientWrite,
  evaluationId: string,
  words: Map<string, string>,
  taskOf: (testCaseResultId: string) => string | undefined,
): Write | undefined => {
  const { args, value } = write;
  if (args["evaluation_id"] !== evaluationId) return undefined;
  const phase = phaseOf(write);
  const reader = new Reader(words);
  const tasksOf = (answer: unknown): Write["patches"] =>
    (Array.isArray(answer) ? answer : [answer]).flatMap((task: unknown) => {
      const id = isJson(task) ? textOf(task["id"]) : undefined;
      if (!isJson(task) || id === undefined) return [];
      const entity = task["task_entity"];
      const ofResult = isJson(entity)
        ? factsOfResult(reader, entity, id, undefined, [])
        : { test_case_result_id: textOf(task["task_entity_id"]) ?? null };
      return [{ taskId: id, fields: { ...factsOfTask(reader, task, id, undefined), ...ofResult } }];
    });
  const assigned = (ids: ReadonlyArray<unknown>): Write["patches"] => {
    const to = args["assigned_to"];
    // The meaning of leaving it out is not documented, so nothing is shown before the server has answered.
    if (to === undefined) return [];
    return ids.flatMap((id) =>
      typeof id === "string" ? [{ taskId: id, fields: { assigned_to: textOf(to) ?? null } }] : [],
    );
  };
  const answered = phase === "succeeded" ? tasksOf(value) : [];
  const written = (patches: Write["patches"], touched: ReadonlyArray<string>, isSweeping = false): Write => ({
    id: write.id,
    phase,
    patches,
    touched,
    isSweeping,
    date: httpDate(write.date),
  });
  switch (write.endpoint.name) {
    case Tasks.update.name: {
      const id = args["task_id"];
      return written(answered.length > 0 ? answered : assigned([id]), typeof id === "string" ? [id] : []);
    }
    case Tasks.batchAssign.name: {
      const ids = Array.isArray(args["task_ids"]) ? args["task_ids"] : [];
      return written(
        answered.length > 0 ? answered : assigned(ids),
        ids.filter((id) => typeof id === "string"),
      );
    }
    case Tasks.claim.name: {
      const { skip_current } = args;
      return written(
        answered,
        answered.map(({ taskId }) => taskId),
        // Which task was given back, the answer does not say.
        phase !== "started" && (skip_current === true || phase === "unclear"),
      );
    }
    case TestCaseResults.update.name: {
      const taskId = taskOf(String(args["test_case_result_id"]));
      if (taskId === undefined) return written([], [], phase !== "started");
      const said = phase === "succeeded" && isJson(value) ? value : args;
      const label_status = textOf(said["label_status"]);
      const audit_status = textOf(said["audit_status"]);
      // Only the server decides the state of the task itself: read it at once.
      const fields = {
        ...(label_status === undefined ? {} : { label_status }),
        ...(audit_status === undefined ? {} : { audit_status }),
      };
      return written(Object.keys(fields).length > 0 ? [{ taskId, fields }] : [], [taskId]);
    }
    case TestCaseResults.create.name:
    case TestCaseResults.batch.name:
    case Evaluations.update.name:
      return written([], [], phase !== "started");
    default:
      return undefined;
  }
};
