// A program in Effect whose own copy of effect is another 4.1.x: the service, the error and the stream are its types too.
import { Sgp, SgpError } from "@evalwire/core";
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";

const program = Effect.gen(function* () {
  const sgp = yield* Sgp;
  const items = yield* sgp.evaluations.list({}).pipe(Stream.runCount);
  const missing: string = yield* sgp.evaluations.retrieve("none").pipe(
    Effect.map((evaluation) => evaluation.name),
    Effect.catchReason("SgpError", "NotFound", () => Effect.succeed("not found")),
  );
  return `${items} evaluations, ${missing}`;
});

const fetch = async (url: string | URL | Request) =>
  String(url).includes("/v4/evaluations/")
    ? Response.json({ detail: "Not Found" }, { status: 404 })
    : Response.json({ items: [], total_item_count: 0, current_page: 1, items_per_page: 100 });

const layer = Sgp.layer({ apiKey: "key", baseURL: "http://localhost", fetch });
export const outcome: Promise<string> = Effect.runPromise(Effect.provide(program, layer));
console.log(await outcome, SgpError.name);
