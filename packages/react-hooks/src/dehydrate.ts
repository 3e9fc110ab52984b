/** Carries what a server has read of an evaluation to the page it renders. */
import { SgpError, snapshotAt, type Watch } from "@evalwire/core";
import { checkOptions } from "./checkOptions.ts";
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

const refuse = (message: string): never => {
  throw new SgpError({ reason: { _tag: "Invalid", issues: [{ path: "hydrate", message }] }, attempts: 0 });
};

const parse = (text: string): Record<string, unknown> => {
  try {
    return Object(JSON.parse(text));
  } catch {
    return refuse("is not the text that dehydrate() gave");
  }
};

/**
 * What `dehydrate` wrote, for `EvalwireProvider`'s `initialData`: on the server that renders with it, and in the page it is sent to.
 *
 * @throws SgpError with reason `Invalid` for a text that `dehydrate` did not write
 */
export const hydrate = (text: string): Dehydrated => {
  const { format: written, evaluationId, version, at, cursor } = parse(text);
  if (written !== format) refuse("is not the text that dehydrate() of this version gave");
  const state = { snapshot: snapshotAt(String(cursor), String(evaluationId), String(at)), cursor: String(cursor) };
  return { evaluationId: String(evaluationId), version: version === "v5" ? "v5" : "v4", state };
};
