/**
 * The client as an Effect service.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Resources from "./Resources.ts";
import { type DerivedOptions, SGPClient, type SGPClientOptions } from "./SGPClient.ts";
import type { SgpError } from "./SgpError.ts";
import * as Transport from "./Transport.ts";

/** What a layer can be made with: the clock and the source of chance are the program's own. */
export type SgpOptions = DerivedOptions & Pick<SGPClientOptions, "plugins">;

/**
 * Every method of the platform as an Effect; a list is a `Stream` of its items.
 *
 * Calls take their time and chance from the fiber they are made in.
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
  /**
   * The methods, and the `Transport` under them; plugins are closed with the layer. Fails with reason `Invalid` when the
   * options cannot be right, e.g. without a key.
   */
  static layer(options: SgpOptions = {}): Layer.Layer<Sgp | Transport.Transport, SgpError> {
    const client = Effect.acquireRelease(
      Effect.flatMap(Clock.Clock, (clock) =>
        Effect.try({ try: () => new SGPClient({ ...options, clock }), catch: (error) => error as SgpError }),
      ),
      (client) => Effect.promise(() => client.close()),
    );
    return Layer.effectContext(
      Effect.map(client, ({ transport }) =>
        Context.make(Transport.Transport, transport).pipe(Context.add(Sgp, Resources.make(transport))),
      ),
    );
  }
}
