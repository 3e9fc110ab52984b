/** For programs in Effect: the client as a service, lists as streams. Run it: `node examples/05-effect.ts` */
import { Sgp } from "@evalwire/core";
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import { smallEvaluation } from "./smallEvaluation.ts";

export const main = async (print: (line: string) => void): Promise<void> => {
  await using world = await smallEvaluation();

  const program = Effect.gen(function* () {
    const sgp = yield* Sgp;
    const open = yield* sgp.evaluations.testCaseResults
      .list({ evaluation_id: world.evaluation.id, view: ["Task"] })
      .pipe(
        Stream.filter((result) => result.task?.status === "PENDING"),
        Stream.runCount,
      );
    const missing = yield* sgp.evaluations.retrieve("no-such-evaluation").pipe(
      Effect.map((evaluation) => evaluation.name),
      Effect.catchReason("SgpError", "NotFound", () => Effect.succeed("there is no such evaluation")),
    );
    return [`${open} tasks are open`, missing];
  });

  const layer = Sgp.layer({ apiKey: "key-ada", baseURL: "http://evalwire.localhost", fetch: world.server.fetch });
  for (const line of await Effect.runPromise(Effect.provide(program, layer))) print(line);
};

if (import.meta.main) await main(console.log);
