/**
 * The part of v4's tree of methods that most programs use, with the endpoint each one calls: evaluations, their tasks and their
 * results. The rest is in `more`.
 */
import * as Evaluations from "./evaluations/Evaluations.ts";
import * as Tasks from "./evaluations/Tasks.ts";
import * as TestCaseResults from "./evaluations/TestCaseResults.ts";

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
  },
};
