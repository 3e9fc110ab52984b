/**
 * Writes of a program to an evaluation of v5. None of it sets a field of an item in a way that the call shows: a watch learns from it where to
 * look.
 */
import type { SGPClient } from "@evalwire/core";
import type { Rng } from "../../Rng.ts";
import type { Call } from "../OwnWrites.ts";
import type { ItemDatabase } from "./ItemDatabase.ts";
import { metrics, question } from "./itemWorld.ts";

export const kinds = [
  "rescore",
  "rescore",
  "rescore",
  "rescore",
  "ask",
  "ask",
  "rename",
  "rename",
  "hold",
  "judge",
] as const;

export type Kind = (typeof kinds)[number];

/** The writes to an evaluation of v5 through a client. */
export const itemWrites = (client: SGPClient, evaluation_id: string, database: ItemDatabase, questionId: string) => {
  const { evaluations, annotationTasks } = client.v5;
  let asked = 0;
  return (kind: Kind, rng: Rng): Call | undefined => {
    const call = (run: Call["run"]): Call => ({ run, sets: new Map(), read: () => [] });
    const batch = (changes: { readonly assigned_to: string } | { readonly status: "COMPLETED" }): Call | undefined => {
      const ids = database.annotationTasks().filter(() => rng.is(0.4));
      return ids.length === 0 ? undefined : call((headers) => annotationTasks.batch({ ids, ...changes }, { headers }));
    };
    switch (kind) {
      case "rescore": {
        const [alias, configuration] = [database.columns()[0]!, rng.of(metrics)];
        return call((headers) =>
          evaluations.tasks.update({ evaluation_id, alias, configuration: { ...configuration } }, { headers }),
        );
      }
      case "ask": {
        const task = question(questionId, `own_${++asked}`);
        return call((headers) => evaluations.tasks.create({ evaluation_id, task }, { headers }));
      }
      case "rename":
        return call((headers) => evaluations.update({ evaluation_id, name: "Notices, scored" }, { headers }));
      case "hold":
        return batch({ assigned_to: rng.of(["ada", "ben"]) });
      case "judge":
        return batch({ status: "COMPLETED" });
    }
  };
};
