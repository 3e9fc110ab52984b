/**
 * v5's tree of methods, with the endpoint each one calls. A client loads it when one of them is first called; until then it knows
 * their names from the `outline`.
 */

import * as DatasetItems from "./datasets/DatasetItems.ts";
import * as Datasets from "./datasets/Datasets.ts";
import * as AnnotationTasks from "./evaluations/AnnotationTasks.ts";
import * as EvaluationDashboards from "./evaluations/EvaluationDashboards.ts";
import * as EvaluationGroups from "./evaluations/EvaluationGroups.ts";
import * as EvaluationItems from "./evaluations/EvaluationItems.ts";
import * as Evaluations from "./evaluations/Evaluations.ts";
import * as Questions from "./questions/Questions.ts";
import * as Rubrics from "./questions/Rubrics.ts";

export const resources = {
  evaluations: {
    create: Evaluations.create,
    retrieve: Evaluations.retrieve,
    list: Evaluations.list,
    update: Evaluations.update,
    delete: Evaluations.remove,
    filter: Evaluations.filterList,
    retrieveSchema: Evaluations.retrieveSchema,
    tasks: {
      create: Evaluations.addTask,
      update: Evaluations.updateTask,
      dryRun: Evaluations.dryRun,
    },
  },
  evaluationItems: {
    retrieve: EvaluationItems.retrieve,
    list: EvaluationItems.list,
    export: EvaluationItems.exportItems,
  },
  evaluationGroups: {
    create: EvaluationGroups.create,
    retrieve: EvaluationGroups.retrieve,
    list: EvaluationGroups.list,
    update: EvaluationGroups.update,
    delete: EvaluationGroups.remove,
  },
  evaluationDashboards: {
    create: EvaluationDashboards.create,
    retrieve: EvaluationDashboards.retrieve,
    list: EvaluationDashboards.list,
    update: EvaluationDashboards.update,
    delete: EvaluationDashboards.remove,
    widgets: {
      create: EvaluationDashboards.createWidget,
      update: EvaluationDashboards.updateWidget,
      delete: EvaluationDashboards.removeWidget,
    },
  },
  datasets: {
    create: Datasets.create,
    retrieve: Datasets.retrieve,
    list: Datasets.list,
    update: Datasets.update,
    delete: Datasets.remove,
  },
  datasetItems: {
    batch: DatasetItems.batch,
    retrieve: DatasetItems.retrieve,
    list: DatasetItems.list,
    update: DatasetItems.update,
    delete: DatasetItems.remove,
  },
  questions: {
    create: Questions.create,
    retrieve: Questions.retrieve,
    list: Questions.list,
    update: Questions.update,
    delete: Questions.remove,
    archive: Questions.archive,
    restore: Questions.restore,
  },
  rubrics: {
    create: Rubrics.create,
    retrieve: Rubrics.retrieve,
    list: Rubrics.list,
    update: Rubrics.update,
    delete: Rubrics.remove,
    criteria: {
      create: Rubrics.createCriterion,
      update: Rubrics.updateCriterion,
      delete: Rubrics.removeCriterion,
    },
  },
  annotationTasks: {
    batch: AnnotationTasks.batch,
  },
};
