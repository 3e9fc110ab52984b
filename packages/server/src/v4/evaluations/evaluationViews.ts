/** What `view` adds to an evaluation. */
import type { Evaluations } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import type { Answer, Steps } from "../../Handler.ts";
import type { Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import { specs } from "../applications/ApplicationSpecs.ts";
import { memoryOf } from "../collections.ts";
import { datasets } from "../datasets/EvaluationDatasets.ts";
import * as EvaluationConfigs from "../questions/EvaluationConfigs.ts";

type Evaluation = Evaluations.Evaluation;

const configView = Effect.fnUntraced(function* (evaluation: Document<Evaluation>): Steps<Partial<Evaluation>> {
  const { documents } = yield* Store;
  const id = evaluation.body.evaluation_config_id ?? undefined;
  const config = id === undefined ? undefined : yield* documents.retrieve(EvaluationConfigs.configs, id);
  if (config === undefined) return {};
  const expanded = yield* EvaluationConfigs.expand(config);
  const { isHybrid } = memoryOf(evaluation);
  return {
    evaluation_config_expanded: isHybrid ? { ...expanded, evaluation_type: "llm_benchmark" } : expanded,
  };
});

const view = Effect.fnUntraced(function* (
  evaluation: Document<Evaluation>,
  name: Evaluations.View,
): Steps<Partial<Evaluation>> {
  const { documents } = yield* Store;
  const { datasetId, jobs } = memoryOf(evaluation);
  switch (name) {
    case "ApplicationSpec": {
      const spec = yield* documents.retrieve(specs, evaluation.body.application_spec_id);
      return spec === undefined ? {} : { application_spec: spec.body };
    }
    case "AsyncJobs":
      return { async_jobs: jobs };
    case "EvaluationConfig":
      return yield* configView(evaluation);
    case "EvaluationDatasets": {
      const dataset = datasetId === null ? undefined : yield* documents.retrieve(datasets, datasetId);
      return { evaluation_datasets: dataset === undefined ? [] : [dataset.body] };
    }
    default:
      return {};
  }
});

/** The evaluation with the views asked for. */
export const expand = (evaluation: Document<Evaluation>, views: ReadonlyArray<Evaluations.View>): Answer<Evaluation> =>
  Effect.map(
    Effect.forEach(views, (name) => view(evaluation, name)),
    (parts) => Object.assign({}, evaluation.body, ...parts) as Evaluation,
  );
