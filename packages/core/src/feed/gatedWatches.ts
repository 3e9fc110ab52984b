import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Random from "effect/Random";
import type { SgpError } from "../client/SgpError.ts";
import type { SGPClient } from "../SGPClient.ts";
import { Pollers, reading } from "../watch/Pollers.ts";
import type { Source } from "../watch/source/Source.ts";
import type { OpenWatch } from "../watch/WatchHub.ts";

/** Says when a watch may send its next request: a budget that several programs share. */
export interface Gate {
  /** Resolves when one more request may be sent. The signal aborts when the request is not awaited any more. */
  readonly admit: (signal: AbortSignal) => Promise<void>;
  /** Called when the server has refused a request with 429, with the requested pause if it named one. */
  readonly refused: (retryAfterMillis: number | undefined) => void;
}

const refusalOf = ({ reason }: SgpError): { readonly retryAfterMillis: number | undefined } | undefined => {
  if (reason._tag === "RateLimited") return reason;
  return reason._tag === "ServerFault" && reason.retryAfterMillis !== undefined ? reason : undefined;
};

const gated = (source: Source, gate: Gate): Source => {
  const noted = <A>(work: Effect.Effect<A, SgpError>) =>
    Effect.tapError(work, (error) =>
      Effect.sync(() => {
        const refusal = refusalOf(error);
        if (refusal !== undefined) gate.refused(refusal.retryAfterMillis);
      }),
    );
  return {
    ...source,
    admit: Effect.promise((signal) => gate.admit(signal)),
    evaluation: noted(source.evaluation),
    page: (at, known, last, since) => noted(source.page(at, known, last, since)),
    readTask: (row) => noted(source.readTask(row)),
  };
};

/**
 * Opens watches with pollers of their own, which ask the gate before each request. A client's plugins do not receive their events.
 *
 * @param client whose transport, clock and writes they share
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { gatedWatches } from "@evalwire/core/feed";
 *
 * const fetch = async () => Response.json({ detail: "no such evaluation" }, { status: 404 });
 * const client = new SGPClient({ apiKey: "a key", fetch });
 * let admitted = 0;
 * const { v4 } = gatedWatches(client, { admit: async () => void admitted++, refused: () => undefined });
 * const watch = v4("e1");
 * watch.onChange(() => undefined);
 * await watch.ready.catch(() => undefined);
 * admitted > 0; // => true
 * ```
 */
export const gatedWatches = (
  { transport, services }: Pick<SGPClient, "transport" | "services">,
  gate: Gate,
): { readonly v4: OpenWatch; readonly v5: OpenWatch } => {
  const pollers = new Pollers();
  const clock = Context.get(services as Context.Context<never>, Clock.Clock);
  const random = Context.get(services as Context.Context<never>, Random.Random);
  const open =
    (kind: "v4" | "v5"): OpenWatch =>
    (evaluationId, options) => {
      const read = reading(kind, transport);
      const source = (id: string, polling: Parameters<typeof read>[1]) => gated(read(id, polling), gate);
      return pollers.watch({ kind, clock, random, source }, evaluationId, options);
    };
  return { v4: open("v4"), v5: open("v5") };
};
