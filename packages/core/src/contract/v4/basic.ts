/**
 * The part of v4's tree of methods that most programs use, with the endpoint each one calls; the rest is in `more`.
 */
import * as ApplicationSpecs from "./applications/ApplicationSpecs.ts";
import * as ApplicationTestCaseOutputs from "./applications/ApplicationTestCaseOutputs.ts";
import * as ApplicationVariants from "./applications/ApplicationVariants.ts";
import * as EvaluationDatasets from "./datasets/EvaluationDatasets.ts";
import * as TestCases from "./datasets/TestCases.ts";
import * as EvaluationConfigs from "./evaluations/EvaluationConfigs.ts";
import * as EvaluationMetrics from "./evaluations/EvaluationMetrics.ts";
import * as Evaluations from "./evaluations/Evaluations.ts";
import * as Tasks from "./evaluations/Tasks.ts";
import * as TestCaseResults from "./evaluations/TestCaseResults.ts";
import * as QuestionSets from "./questions/QuestionSets.ts";
import * as Questions from "./questions/Questions.ts";

export const basic = {
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
};
