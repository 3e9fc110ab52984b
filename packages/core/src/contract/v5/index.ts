/** The resources of v5, by name. */
export * as AnnotationTasks from "./AnnotationTasks.ts";
export * as ChatCompletion from "./ChatCompletion.ts";
export * as DatasetItems from "./DatasetItems.ts";
export * as Datasets from "./Datasets.ts";
export * as Entity from "./Entity.ts";
export * as EvaluationItems from "./EvaluationItems.ts";
export * as Evaluations from "./Evaluations.ts";
export * as Judges from "./Judges.ts";
export * as Page from "./Page.ts";
export * as Questions from "./Questions.ts";
export * as Tasks from "./Tasks.ts";
