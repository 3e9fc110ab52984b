/** What `view` adds to evaluations; each view is one query for a whole page. */
import type { Evaluations } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import { withFields } from "../../Encoded.ts";
import type { Answer, Steps } from "../../Handler.ts";
import type { Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import { specs } from "../applications/ApplicationSpecs.ts";
import { memoryOf, results } from "../collections.ts";
import { datasets } from "../datasets/EvaluationDatasets.ts";
import * as EvaluationConfigs from "../questions/EvaluationConfigs.ts";

type Evaluation = Evaluations.Evaluation;
type Page = ReadonlyArray<Document<Evaluation>>;

/** Fields a view adds to one evaluation. */
type Extras = (evaluation: Document<Evaluation>) => Partial<Evaluation>;

const specView = Effect.fnUntraced(function* (page: Page): Steps<Extras> {
  const { documents } = yield* Store;
  const found = yield* documents.retrieveMany(
    specs,
    page.map(({ body }) => body.application_spec_id),
  );
  return ({ body }) => {
    const spec = found.get(body.application_spec_id);
    return spec === undefined ? {} : { application_spec: spec.body };
  };
});

const configView = Effect.fnUntraced(function* (page: Page): Steps<Extras> {
  const { documents } = yield* Store;
  const ids = page.flatMap(({ body }) => body.evaluation_config_id ?? []);
  const configs = yield* documents.retrieveMany(EvaluationConfigs.configs, ids);
  const expanded = yield* EvaluationConfigs.expandAll([...configs.values()]);
  return (evaluation) => {
    const config = expanded.get(evaluation.body.evaluation_config_id ?? "");
    if (config === undefined) return {};
    const { isHybrid } = memoryOf(evaluation);
    return { evaluation_config_expanded: isHybrid ? { ...config, evaluation_type: "llm_benchmark" } : config };
  };
});

const datasetsView = Effect.fnUntraced(function* (page: Page): Steps<Extras> {
  const { documents } = yield* Store;
  const found = yield* documents.retrieveMany(
    datasets,
    page.flatMap((evaluation) => memoryOf(evaluation).datasetId ?? []),
  );
  return (evaluation) => {
    const dataset = found.get(memoryOf(evaluation).datasetId ?? "");
    return { evaluation_datasets: dataset === undefined ? [] : [dataset.body] };
  };
});

/** Of an older generation of the platform: all results within their evaluation. */
const resultsView = Effect.fnUntraced(function* (page: Page): Steps<Extras> {
  const { documents } = yield* Store;
  const found = yield* Effect.forEach(page, ({ id }) => documents.list(results, { parentId: id }));
  const byId = new Map(page.map(({ id }, index) => [id, found[index]!.map(({ body }) => body)]));
  return ({ id }) => ({ test_case_results: byId.get(id) ?? [] });
});

const view = (name: Evaluations.View, page: Page): Answer<Extras> => {
  switch (name) {
    case "ApplicationSpec":
      return specView(page);
    case "AsyncJobs":
      return Effect.succeed((evaluation) => ({ async_jobs: memoryOf(evaluation).jobs }));
    case "EvaluationConfig":
      return configView(page);
    case "EvaluationDatasets":
      return datasetsView(page);
    case "TestCaseResults":
      return resultsView(page);
    default:
      return Effect.succeed(() => ({}));
  }
};

/** Each evaluation with the requested views, as JSON. */
export const expand = (page: Page, views: ReadonlyArray<Evaluations.View>): Answer<ReadonlyArray<string>> =>
  Effect.map(
    Effect.forEach(views, (name) => view(name, page)),
    (extras) =>
      page.map((evaluation) =>
        withFields(evaluation.text, Object.assign({}, ...extras.map((extra) => extra(evaluation)))),
      ),
  );
