/** The resources of v5, by name. */

export * as DatasetItems from "./datasets/DatasetItems.ts";
export * as Datasets from "./datasets/Datasets.ts";
export * as Entity from "./Entity.ts";
export * as AnnotationTasks from "./evaluations/AnnotationTasks.ts";
export * as EvaluationDashboards from "./evaluations/EvaluationDashboards.ts";
export * as EvaluationGroups from "./evaluations/EvaluationGroups.ts";
export * as EvaluationItems from "./evaluations/EvaluationItems.ts";
export * as Evaluations from "./evaluations/Evaluations.ts";
export * as Page from "./Page.ts";
export * as Questions from "./questions/Questions.ts";
export * as Rubrics from "./questions/Rubrics.ts";
export * as ChatCompletion from "./tasks/ChatCompletion.ts";
export * as Judges from "./tasks/Judges.ts";
export * as Tasks from "./tasks/Tasks.ts";
