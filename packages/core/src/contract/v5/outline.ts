/**
 * The names of v5's methods and which of them are lists, without their endpoints: what a client shows before it has loaded those.
 *
 * A name that the endpoints do not have, or one of theirs that is not here, does not compile.
 */
import type * as Endpoint from "../Endpoint.ts";
import type { resources } from "./resources.ts";

type Outline<T> = {
  readonly [Name in keyof T]: T[Name] extends Endpoint.Any
    ? Endpoint.IsPaged<T[Name]> extends true
      ? "list"
      : "call"
    : Outline<T[Name]>;
};

export const outline: Outline<typeof resources> = {
  evaluations: {
    create: "call",
    retrieve: "call",
    list: "list",
    update: "call",
    delete: "call",
    tasks: { create: "call", update: "call" },
  },
  evaluationItems: { retrieve: "call", list: "list" },
  datasets: { create: "call", retrieve: "call", list: "list", update: "call", delete: "call" },
  datasetItems: { batch: "call", retrieve: "call", list: "list", update: "call", delete: "call" },
  questions: { create: "call", retrieve: "call", list: "list", update: "call", delete: "call" },
  annotationTasks: { batch: "call" },
};
