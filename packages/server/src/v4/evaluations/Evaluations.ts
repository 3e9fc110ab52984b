/**
 * Evaluations. Their counts follow their results: `tally` is the one place where they, the status and `completed_at` change.
 */
import type { Evaluations, Page as WirePage } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Encoded from "../../Encoded.ts";
import * as Entity from "../../Entity.ts";
import type { CallContext, Handler, Steps } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import { conflict, invalid } from "../../http/Refusal.ts";
import type { Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import { specs } from "../applications/ApplicationSpecs.ts";
import { variants } from "../applications/ApplicationVariants.ts";
import { archive } from "../archive.ts";
import { type EvaluationMemory, evaluations, memoryOf, results } from "../collections.ts";
import { datasets } from "../datasets/EvaluationDatasets.ts";
import * as Page from "../Page.ts";
import * as EvaluationConfigs from "../questions/EvaluationConfigs.ts";
import * as Tasks from "../results/Tasks.ts";
import { stored } from "../stored.ts";
import * as Build from "./build.ts";
import * as EvaluationViews from "./evaluationViews.ts";
import { allLaidOut } from "./layouts.ts";
import * as Sorting from "./sorting.ts";

type Evaluation = Evaluations.Evaluation;

/** The evaluation with so many results more, and so many more of them done. */
export const tally = (
  evaluation: Evaluation,
  { now }: CallContext,
  more: { readonly total?: number; readonly completed?: number },
): Evaluation => {
  const total = evaluation.total_test_case_result_count + (more.total ?? 0);
  const completed = evaluation.completed_test_case_result_count + (more.completed ?? 0);
  const { completed_at, ...rest } = evaluation;
  const counts = { total_test_case_result_count: total, completed_test_case_result_count: completed };
  return total > 0 && completed === total
    ? { ...rest, ...counts, status: "COMPLETED", completed_at: completed_at ?? now }
    : { ...rest, ...counts, status: "PENDING" };
};

/** Whether people work on the evaluation: on all but those only an LLM evaluates. */
export const isForPeople = Effect.fnUntraced(function* (evaluation: Document<Evaluation>): Steps<boolean> {
  const { documents } = yield* Store;
  const id = evaluation.body.evaluation_config_id ?? undefined;
  if (id === undefined || memoryOf(evaluation).isHybrid) return true;
  return (yield* documents.retrieve(EvaluationConfigs.configs, id))?.body.evaluation_type !== "llm_auto";
});

/** The config a body names or brings along; 422 when it does both, or names what does not exist. */
const configOf = Effect.fnUntraced(function* (
  call: CallContext,
  accountId: string,
  body: Evaluations.CreateEvaluation,
): Steps<{ readonly evaluation_config_id?: string }> {
  const named = body.evaluation_config_id ?? undefined;
  const inline = "inline_evaluation_config" in body ? (body.inline_evaluation_config ?? undefined) : undefined;
  if (named !== undefined && inline !== undefined) {
    const problem = "give evaluation_config_id or inline_evaluation_config, not both";
    return yield* invalid(Detail.value(["body", "inline_evaluation_config"], problem));
  }
  if (named !== undefined) {
    yield* Entity.refer(EvaluationConfigs.configs, call, named, ["body", "evaluation_config_id"]);
    return { evaluation_config_id: named };
  }
  if (inline === undefined) return {};
  const loc = ["body", "inline_evaluation_config"];
  return { evaluation_config_id: (yield* EvaluationConfigs.make(call, accountId, inline, loc)).id };
});

/** Spec and variant exist and belong together. */
const checkApplication = Effect.fnUntraced(function* (
  call: CallContext,
  body: { readonly application_spec_id: string; readonly application_variant_id?: string | null },
): Steps<void> {
  yield* Entity.refer(specs, call, body.application_spec_id, ["body", "application_spec_id"]);
  const id = body.application_variant_id ?? undefined;
  if (id === undefined) return;
  const loc = ["body", "application_variant_id"];
  const variant = yield* Entity.refer(variants, call, id, loc);
  if (variant.body.application_spec_id !== body.application_spec_id) {
    yield* invalid(Detail.value(loc, `application variant ${id} is not one of ${body.application_spec_id}`));
  }
});

const isBuilder = (body: Evaluations.CreateEvaluation): body is Evaluations.BuildEvaluation =>
  body.type === "builder" || (body.type !== "default" && typeof body.evaluation_dataset_id === "string");

/** The build in the `AsyncJobs` view: it is done by the time the evaluation can be seen. */
const buildJob = (call: CallContext, id: string, made: number): Evaluations.AsyncJob => ({
  id,
  status: "COMPLETED",
  job_type: "BUILD_EVALUATION",
  progress: { test_case_results: made },
  created_at: call.now,
  updated_at: call.now,
});

export const create: Handler<typeof Evaluations.create> = Effect.fnUntraced(function* (call) {
  const { reserve } = yield* Store;
  const asked = call.body;
  const accountId = yield* Entity.accountOf(call, asked.account_id);
  yield* checkApplication(call, asked);
  if (isBuilder(asked)) {
    yield* Entity.refer(datasets, call, asked.evaluation_dataset_id, ["body", "evaluation_dataset_id"]);
  }
  const config = yield* configOf(call, accountId, asked);
  const built = isBuilder(asked) ? yield* Build.gather(asked) : undefined;
  const [job] = yield* reserve("async_job", 1);
  const memory: EvaluationMemory = {
    type: built === undefined ? "default" : "builder",
    datasetId: built === undefined ? null : built.version.body.evaluation_dataset_id,
    versionNum: built === undefined ? null : built.version.body.num,
    isHybrid: false,
    jobs: built === undefined ? [] : [buildJob(call, job!.id, built.pairs.length)],
  };
  const made = yield* Entity.create(evaluations, {
    accountId,
    hidden: memory,
    body: (id) => ({
      ...withoutRequest(asked),
      ...allLaidOut(asked),
      ...config,
      ...stored(call, id, accountId),
      status: "PENDING",
      total_test_case_result_count: built?.pairs.length ?? 0,
      completed_test_case_result_count: 0,
    }),
  });
  // Errors in a layout refer to it as it was sent.
  const common = { ...commonOf(made), layouts: asked };
  if (built === undefined) yield* Build.examine(common, []);
  else {
    const isQueued = yield* isForPeople(made);
    yield* Build.insertPairs(call, common, built, (some) => (isQueued ? Tasks.enqueue(call, some) : Effect.void));
  }
  return made.body;
});

/** Fields only of the request: how the evaluation is to be made. */
const withoutRequest = (body: Evaluations.CreateEvaluation) => {
  const {
    type: _type,
    evaluation_dataset_id: _dataset,
    evaluation_dataset_version: _version,
    application_test_case_output_group_id: _group,
    inline_evaluation_config: _config,
    annotation_config: _layout,
    question_id_to_annotation_config: _layouts,
    ...rest
  } = body as Evaluations.BuildEvaluation;
  return rest;
};

/** Fields common to the results of an evaluation. */
export const commonOf = ({ id, accountId, body }: Document<Evaluation>): Build.Common => ({
  evaluationId: id,
  accountId,
  specId: body.application_spec_id,
  layouts: body,
  metricConfig: body.metric_config,
});

export const list: Handler<typeof Evaluations.list> = Effect.fnUntraced(function* (call) {
  const spec = call.query.application_spec_id ?? undefined;
  const sort = yield* Sorting.parse(call.query.sort_by ?? []);
  const page = yield* Page.documents(evaluations, call, {
    filter: spec === undefined ? undefined : (body) => body.application_spec_id === String(spec),
    sort,
  });
  const items = yield* EvaluationViews.expand(page.items, call.query.view ?? []);
  return Encoded.page<WirePage.Page<Evaluation>>(items, { ...page, items: undefined });
});

export const retrieve: Handler<typeof Evaluations.retrieve> = Effect.fnUntraced(function* (call) {
  const found = yield* Entity.find(evaluations, call, call.params.evaluation_id);
  const [text] = yield* EvaluationViews.expand([found], call.query.view ?? []);
  return new Encoded.Encoded<Evaluation>(text!);
});

/** An LLM joins the people, or the people an LLM; a studio evaluation stays what it is. */
const toHybrid = Effect.fnUntraced(function* (evaluation: Document<Evaluation>): Steps<EvaluationMemory> {
  const { documents } = yield* Store;
  const id = evaluation.body.evaluation_config_id ?? undefined;
  const config = id === undefined ? undefined : yield* documents.retrieve(EvaluationConfigs.configs, id);
  if (config?.body.evaluation_type === "studio") {
    return yield* conflict(`Evaluation ${evaluation.id} is a studio evaluation and cannot become a hybrid one`);
  }
  return { ...memoryOf(evaluation), isHybrid: true };
});

/** Tasks for the open results that have none. */
const enqueueOpen = Effect.fnUntraced(function* (call: CallContext, evaluation: Document<Evaluation>): Steps<void> {
  const { documents, tasks } = yield* Store;
  const held = new Set((yield* tasks.list(evaluation.id)).map((task) => task.entity_id));
  const all = yield* documents.list(results, { parentId: evaluation.id });
  yield* Tasks.enqueue(
    call,
    all.filter(({ id, body }) => body.label_status !== "COMPLETED" && !held.has(id)),
  );
});

type Requested = Pick<Evaluations.CreateEvaluation, "annotation_config" | "question_id_to_annotation_config">;

/** Checks that the objects a change names exist, and that its layouts lead somewhere. */
const checkChange = Effect.fnUntraced(function* (
  call: CallContext,
  evaluation: Document<Evaluation>,
  fields: Partial<Omit<Evaluation, keyof Requested>> & Requested,
): Steps<void> {
  if (fields.application_spec_id !== undefined || fields.application_variant_id !== undefined) {
    const { application_spec_id = evaluation.body.application_spec_id } = fields;
    const { application_variant_id = evaluation.body.application_variant_id ?? null } = fields;
    yield* checkApplication(call, { application_spec_id, application_variant_id });
  }
  const config = fields.evaluation_config_id ?? undefined;
  if (config !== undefined) {
    yield* Entity.refer(EvaluationConfigs.configs, call, config, ["body", "evaluation_config_id"]);
  }
  if (fields.annotation_config !== undefined || fields.question_id_to_annotation_config !== undefined) {
    const { documents } = yield* Store;
    const all = yield* documents.list(results, { parentId: evaluation.id });
    yield* Build.examine({ layouts: fields, metricConfig: undefined }, yield* Build.sourcesOfResults(all));
  }
});

export const update: Handler<typeof Evaluations.update> = Effect.fnUntraced(function* (call) {
  const evaluation = yield* Entity.take(evaluations, call, call.params.evaluation_id);
  if (call.body.restore === true) return (yield* Entity.restore(evaluations, evaluation)).body;
  yield* Entity.unarchived(evaluations, evaluation);
  const { evaluation_type, ...fields } = Entity.sent(call.body);
  yield* checkChange(call, evaluation, fields);
  const hidden = evaluation_type === undefined ? memoryOf(evaluation) : yield* toHybrid(evaluation);
  const body = { ...evaluation.body, ...fields, ...allLaidOut(fields) } as Evaluation;
  const changed = yield* Entity.write(evaluations, evaluation, body, hidden);
  if (!(yield* isForPeople(evaluation)) && (yield* isForPeople(changed))) yield* enqueueOpen(call, changed);
  return changed.body;
});

export const remove: Handler<typeof Evaluations.remove> = (call) =>
  archive(evaluations, call, call.params.evaluation_id);
