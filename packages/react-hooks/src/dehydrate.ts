/** Carries what a server has read of an evaluation to the page it renders. */
import { snapshotAt, type Watch } from "@evalwire/core";
import { checkOptions } from "@evalwire/core/contract";
import { invalid } from "./stores/sgpErrorOf.ts";
import type { WatchState } from "./stores/WatchState.ts";

const format = "evalwire-dehydrated-1";

/** A server's state of one evaluation, for `EvalwireProvider`'s `initialData`. */
export interface Dehydrated {
  readonly evaluationId: string;
  readonly version: "v4" | "v5";
  readonly state: WatchState;
}

/**
 * A watch's state as text: JSON without `<`, so that it can stand in a `<script type="application/json">`. About 200 bytes a task.
 *
 * @param watch - of the server, after `await watch.ready`
 * @param options - `version: "v5"` for a watch of `client.v5`
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { dehydrate, hydrate } from "@evalwire/react-hooks";
 *
 * const client = new SGPClient({ apiKey: "a key", fetch: async () => Response.json({}, { status: 404 }) });
 * const watch = client.watch("ev_1");
 * const text = dehydrate(watch);
 * await watch.close();
 * hydrate(text).state.snapshot.tasks.size; // => 0
 * ```
 */
export const dehydrate = (watch: Watch, options: { readonly version?: "v4" | "v5" } = {}): string => {
  checkOptions("dehydrate", options, { version: true });
  const { evaluationId, status } = watch;
  const { version = "v4" } = options;
  return JSON.stringify({ format, evaluationId, version, at: status.since, cursor: watch.cursor() }).replaceAll(
    "<",
    "\\u003c",
  );
};

const parse = (text: string): Record<string, unknown> => {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
};

/**
 * What `dehydrate` wrote, for `EvalwireProvider`'s `initialData`: on the server that renders with it, and in the page it is sent to.
 *
 * @throws SgpError with reason `Invalid` for a text that `dehydrate` did not write
 */
export const hydrate = (text: string): Dehydrated => {
  const { format: written, version, ...read } = parse(text);
  if (written !== format) throw invalid("hydrate", "is not the text that dehydrate() of this version gave");
  const [evaluationId, at, cursor] = [read["evaluationId"], read["at"], read["cursor"]].map(String) as [
    string,
    string,
    string,
  ];
  const state = { snapshot: snapshotAt(cursor, evaluationId, at), cursor };
  return { evaluationId, version: version === "v5" ? "v5" : "v4", state };
};
