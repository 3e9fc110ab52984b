/** The contract's tree with a handler at every leaf: a route that nobody handles does not compile. */
import type { resources } from "@evalwire/core/contract";
import type { Handlers } from "./Handler.ts";
import * as ApplicationSpecs from "./v4/applications/ApplicationSpecs.ts";
import * as ApplicationTestCaseOutputs from "./v4/applications/ApplicationTestCaseOutputs.ts";
import * as ApplicationVariants from "./v4/applications/ApplicationVariants.ts";
import * as EvaluationDatasets from "./v4/datasets/EvaluationDatasets.ts";
import * as TestCases from "./v4/datasets/TestCases.ts";
import * as EvaluationMetrics from "./v4/evaluations/EvaluationMetrics.ts";
import * as Evaluations from "./v4/evaluations/Evaluations.ts";
import * as EvaluationConfigs from "./v4/questions/EvaluationConfigs.ts";
import * as QuestionSets from "./v4/questions/QuestionSets.ts";
import * as Questions from "./v4/questions/Questions.ts";
import * as Tasks from "./v4/results/Tasks.ts";
import * as TestCaseResults from "./v4/results/TestCaseResults.ts";
import * as V5AnnotationTasks from "./v5/AnnotationTasks.ts";
import * as V5DatasetItems from "./v5/DatasetItems.ts";
import * as V5Datasets from "./v5/Datasets.ts";
import * as V5EvaluationItems from "./v5/EvaluationItems.ts";
import * as V5Evaluations from "./v5/Evaluations.ts";
import * as V5Questions from "./v5/Questions.ts";

export const handlers: Handlers<typeof resources> = {
  evaluations: {
    create: Evaluations.create,
    retrieve: Evaluations.retrieve,
    list: Evaluations.list,
    update: Evaluations.update,
    delete: Evaluations.remove,
    claimTask: Tasks.claim,
    tasks: { update: Tasks.update, batchAssign: Tasks.batchAssign },
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
    evaluationMetrics: { retrieve: EvaluationMetrics.retrieve },
    contributorMetrics: {
      retrieve: EvaluationMetrics.retrieveContributor,
      list: EvaluationMetrics.listContributors,
    },
    hybridEvalMetrics: { retrieve: EvaluationMetrics.retrieveHybrid },
  },
  evaluationConfigs: {
    create: EvaluationConfigs.create,
    retrieve: EvaluationConfigs.retrieve,
    list: EvaluationConfigs.list,
    delete: EvaluationConfigs.remove,
  },
  questions: { create: Questions.create, retrieve: Questions.retrieve, list: Questions.list },
  questionSets: { create: QuestionSets.create, retrieve: QuestionSets.retrieve, list: QuestionSets.list },
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
      create: V5Evaluations.create,
      retrieve: V5Evaluations.retrieve,
      list: V5Evaluations.list,
      update: V5Evaluations.update,
      delete: V5Evaluations.remove,
      tasks: { create: V5Evaluations.addTask, update: V5Evaluations.updateTask },
    },
    evaluationItems: { retrieve: V5EvaluationItems.retrieve, list: V5EvaluationItems.list },
    datasets: {
      create: V5Datasets.create,
      retrieve: V5Datasets.retrieve,
      list: V5Datasets.list,
      update: V5Datasets.update,
      delete: V5Datasets.remove,
    },
    datasetItems: {
      batch: V5DatasetItems.batch,
      retrieve: V5DatasetItems.retrieve,
      list: V5DatasetItems.list,
      update: V5DatasetItems.update,
      delete: V5DatasetItems.remove,
    },
    questions: {
      create: V5Questions.create,
      retrieve: V5Questions.retrieve,
      list: V5Questions.list,
      update: V5Questions.update,
      delete: V5Questions.remove,
    },
    annotationTasks: { batch: V5AnnotationTasks.batch },
  },
};
