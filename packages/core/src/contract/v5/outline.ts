/** The names of v5's methods, all of which are loaded on demand. */
import type { Outline } from "../outline.ts";
import type { resources } from "./resources.ts";

const whole = { create: "call", retrieve: "call", list: "list", update: "call", delete: "call" } as const;

export const outline: Outline<typeof resources> = {
  evaluations: {
    ...whole,
    filter: "list",
    retrieveSchema: "call",
    tasks: { create: "call", update: "call", dryRun: "call" },
  },
  evaluationItems: { retrieve: "call", list: "list", export: "call" },
  evaluationGroups: whole,
  evaluationDashboards: { ...whole, widgets: { create: "call", update: "call", delete: "call" } },
  datasets: whole,
  datasetItems: { batch: "call", retrieve: "call", list: "list", update: "call", delete: "call" },
  questions: { ...whole, archive: "call", restore: "call" },
  rubrics: { ...whole, criteria: { create: "call", update: "call", delete: "call" } },
  annotationTasks: { batch: "call" },
};
