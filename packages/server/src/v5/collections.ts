/** The collections that evaluations, items and annotation tasks of v5 share. */
import type { v5 } from "@evalwire/core/contract";
import { type Collection, collection, type Document } from "../store/Documents.ts";
import type { Task } from "./evaluations/runTasks.ts";

export const evaluations: Collection<v5.Evaluations.Evaluation> = collection("v5_evaluation", "Evaluation");

/** Children of their evaluation; `hidden.input` is the data before any task. */
export const items: Collection<v5.EvaluationItems.EvaluationItem> = collection("v5_evaluation_item", "Evaluation item");

/** The tasks of an evaluation, which its answers show only when asked. */
export const tasksOf = (evaluation: Document<v5.Evaluations.Evaluation>): ReadonlyArray<Task> =>
  (evaluation.hidden as { readonly tasks: ReadonlyArray<Task> }).tasks;

/** An item's data before any task. */
export const inputOf = (item: Document<v5.EvaluationItems.EvaluationItem>): Readonly<Record<string, unknown>> =>
  (item.hidden as { readonly input: Record<string, unknown> }).input;
