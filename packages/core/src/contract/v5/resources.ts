/**
 * v5's tree of methods, with the endpoint each one calls. A client loads it when one of them is first called; until then it knows
 * their names from the `outline`.
 */

import * as DatasetItems from "./datasets/DatasetItems.ts";
import * as Datasets from "./datasets/Datasets.ts";
import * as AnnotationTasks from "./evaluations/AnnotationTasks.ts";
import * as EvaluationItems from "./evaluations/EvaluationItems.ts";
import * as Evaluations from "./evaluations/Evaluations.ts";
import * as Questions from "./questions/Questions.ts";

export const resources = {
  evaluations: {
    create: Evaluations.create,
    retrieve: Evaluations.retrieve,
    list: Evaluations.list,
    update: Evaluations.update,
    delete: Evaluations.remove,
    tasks: {
      create: Evaluations.addTask,
      update: Evaluations.updateTask,
    },
  },
  evaluationItems: {
    retrieve: EvaluationItems.retrieve,
    list: EvaluationItems.list,
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
  },
  annotationTasks: {
    batch: AnnotationTasks.batch,
  },
};
