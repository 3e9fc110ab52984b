/**
 * Every route of the contract, once, at the place where its method stands on the client.
 *
 * Promise: the dotted path of an endpoint in `resources` is its `name`.
 */
import type * as Endpoint from "./Endpoint.ts";
import * as ApplicationSpecs from "./v4/ApplicationSpecs.ts";
import * as ApplicationTestCaseOutputs from "./v4/ApplicationTestCaseOutputs.ts";
import * as ApplicationVariants from "./v4/ApplicationVariants.ts";
import * as EvaluationConfigs from "./v4/EvaluationConfigs.ts";
import * as EvaluationDatasets from "./v4/EvaluationDatasets.ts";
import * as EvaluationMetrics from "./v4/EvaluationMetrics.ts";
import * as Evaluations from "./v4/Evaluations.ts";
import * as QuestionSets from "./v4/QuestionSets.ts";
import * as Questions from "./v4/Questions.ts";
import * as Tasks from "./v4/Tasks.ts";
import * as TestCaseResults from "./v4/TestCaseResults.ts";
import * as TestCases from "./v4/TestCases.ts";
import * as v5 from "./v5/index.ts";

/** The client's tree of methods, with the endpoint each one calls. */
export const resources = {
  evaluations: {
    create: Evaluations.create,
    retrieve: Evaluations.retrieve,
    list: Evaluations.list,
    update: Evaluations.update,
    delete: Evaluations.remove,
    claimTask: Tasks.claim,
    tasks: {
      update: Tasks.update,
      batchAssign: Tasks.batchAssign,
    },
    testCaseResults: {
      create: TestCaseResults.create,
      batch: TestCaseResults.batch,
      retrieve: TestCaseResults.retrieve,
      list: TestCaseResults.list,
      update: TestCaseResults.update,
      history: TestCaseResults.history,
      retrieveVersion: TestCaseResults.retrieveVersion,
      listVersion: TestCaseResults.listVersion,
    },
    evaluationMetrics: {
      retrieve: EvaluationMetrics.retrieve,
    },
    contributorMetrics: {
      retrieve: EvaluationMetrics.retrieveContributor,
      list: EvaluationMetrics.listContributors,
    },
    hybridEvalMetrics: {
      retrieve: EvaluationMetrics.retrieveHybrid,
    },
  },
  evaluationConfigs: {
    create: EvaluationConfigs.create,
    retrieve: EvaluationConfigs.retrieve,
    list: EvaluationConfigs.list,
    delete: EvaluationConfigs.remove,
  },
  questions: {
    create: Questions.create,
    retrieve: Questions.retrieve,
    list: Questions.list,
  },
  questionSets: {
    create: QuestionSets.create,
    retrieve: QuestionSets.retrieve,
    list: QuestionSets.list,
  },
  evaluationDatasets: {
    create: EvaluationDatasets.create,
    retrieve: EvaluationDatasets.retrieve,
    list: EvaluationDatasets.list,
    update: EvaluationDatasets.update,
    delete: EvaluationDatasets.remove,
    publish: EvaluationDatasets.publish,
    testCases: {
      create: TestCases.create,
      batch: TestCases.batch,
      retrieve: TestCases.retrieve,
      list: TestCases.list,
      update: TestCases.update,
      delete: TestCases.remove,
    },
  },
  applicationSpecs: {
    create: ApplicationSpecs.create,
    retrieve: ApplicationSpecs.retrieve,
    list: ApplicationSpecs.list,
    update: ApplicationSpecs.update,
    delete: ApplicationSpecs.remove,
  },
  applicationVariants: {
    create: ApplicationVariants.create,
    retrieve: ApplicationVariants.retrieve,
    list: ApplicationVariants.list,
    update: ApplicationVariants.update,
    delete: ApplicationVariants.remove,
  },
  applicationTestCaseOutputs: {
    batch: ApplicationTestCaseOutputs.batch,
    retrieve: ApplicationTestCaseOutputs.retrieve,
    list: ApplicationTestCaseOutputs.list,
  },
  v5: {
    evaluations: {
      create: v5.Evaluations.create,
      retrieve: v5.Evaluations.retrieve,
      list: v5.Evaluations.list,
      update: v5.Evaluations.update,
      delete: v5.Evaluations.remove,
      tasks: {
        create: v5.Evaluations.addTask,
        update: v5.Evaluations.updateTask,
      },
    },
    evaluationItems: {
      retrieve: v5.EvaluationItems.retrieve,
      list: v5.EvaluationItems.list,
    },
    datasets: {
      create: v5.Datasets.create,
      retrieve: v5.Datasets.retrieve,
      list: v5.Datasets.list,
      update: v5.Datasets.update,
      delete: v5.Datasets.remove,
    },
    datasetItems: {
      batch: v5.DatasetItems.batch,
      retrieve: v5.DatasetItems.retrieve,
      list: v5.DatasetItems.list,
      update: v5.DatasetItems.update,
      delete: v5.DatasetItems.remove,
    },
    questions: {
      create: v5.Questions.create,
      retrieve: v5.Questions.retrieve,
      list: v5.Questions.list,
      update: v5.Questions.update,
      delete: v5.Questions.remove,
    },
    annotationTasks: {
      batch: v5.AnnotationTasks.batch,
    },
  },
};

/** The dotted names of a tree's endpoints. */
type NameIn<T> = {
  readonly [Name in keyof T & string]: T[Name] extends Endpoint.Any ? Name : `${Name}.${NameIn<T[Name]>}`;
}[keyof T & string];

/** The name of a route: `"evaluations.claimTask"`. */
export type EndpointName = NameIn<typeof resources>;

/** A tree of endpoints: what `resources` is. */
export interface Tree {
  readonly [name: string]: Tree | Endpoint.Any;
}

const isEndpoint = (node: Tree | Endpoint.Any): node is Endpoint.Any => typeof node["method"] === "string";

const leaves = (tree: Tree): ReadonlyArray<Endpoint.Any> =>
  Object.values(tree).flatMap((node) => (isEndpoint(node) ? [node] : leaves(node)));

/** Every route of the contract. */
export const endpoints: ReadonlyArray<Endpoint.Any> = leaves(resources);
