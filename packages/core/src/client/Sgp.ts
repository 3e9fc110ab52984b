/**
 * The client as an Effect service.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Options from "./Options.ts";
import * as Resources from "./Resources.ts";
import type { SgpError } from "./SgpError.ts";
import * as Transport from "./Transport.ts";

/**
 * Every method of the platform as an Effect; a list is a `Stream` of its items.
 *
 * Time and chance are the fiber's own `Clock` and `Random`.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect";
 * import { Sgp } from "@evalwire/core";
 *
 * const fetch = async () => Response.json({ detail: "no such evaluation" }, { status: 404 });
 * const program = Effect.gen(function* () {
 *   const sgp = yield* Sgp;
 *   return yield* sgp.evaluations.retrieve("e1");
 * }).pipe(
 *   Effect.map((evaluation) => evaluation.name),
 *   Effect.catchReason("SgpError", "NotFound", () => Effect.succeed("no such evaluation")),
 *   Effect.provide(Sgp.layer({ apiKey: "a key", fetch })),
 * );
 *
 * await Effect.runPromise(program); // => "no such evaluation"
 * ```
 */
export class Sgp extends Context.Service<Sgp, Resources.Resources>()("@evalwire/core/Sgp") {
  /** Fails with reason `Invalid` when the options cannot be right, e.g. without a key. */
  static layer(options: Options.Options = {}): Layer.Layer<Sgp | Transport.Transport, SgpError> {
    return Layer.effectContext(
      Effect.map(
        Effect.try({ try: () => Transport.make(Options.settle(options)), catch: (error) => error as SgpError }),
        (transport) => Context.make(Transport.Transport, transport).pipe(Context.add(Sgp, Resources.make(transport))),
      ),
    );
  }
}
