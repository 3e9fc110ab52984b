/**
 * Keeps the cursors of watches in a key-value store, so that a program that restarts receives what it missed.
 *
 * 1. A cursor is kept at most `every` so often while events come, and once more when the client is closed.
 * 2. A cursor stands for what has been emitted, not for what a listener has done with it.
 * 3. A store that fails is reported once, and tried again with each pause until it works.
 */
import type * as Duration from "effect/Duration";
import { definePlugin, type Plugin } from "./Plugin.ts";

/** A `Map`, a Redis client in two lines, `localStorage`: whatever keeps text under a name. */
export type KeyValueStore =
  | { readonly get: (key: string) => unknown; readonly set: (key: string, value: string) => unknown }
  | { readonly getItem: (key: string) => unknown; readonly setItem: (key: string, value: string) => unknown };

export interface PersistCursorOptions {
  readonly store: KeyValueStore;
  /** The name under which an evaluation's cursor is kept. Default `evalwire:cursor:` and the id. */
  readonly key?: (evaluationId: string) => string;
  /** Default two seconds, by the client's clock. */
  readonly every?: Duration.Input;
}

export interface CursorPlugin extends Plugin {
  /** The options with which a watch goes on where the last one stopped; without a cursor when there was none. */
  readonly resume: (evaluationId: string) => Promise<{ readonly cursor?: string }>;
}

const reading = (store: KeyValueStore, key: string) => ("get" in store ? store.get(key) : store.getItem(key));
const writing = (store: KeyValueStore, key: string, value: string) =>
  "set" in store ? store.set(key, value) : store.setItem(key, value);

/**
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { persistCursor } from "@evalwire/core/plugins/persistCursor";
 *
 * const store = new Map<string, string>();
 * const cursors = persistCursor({ store });
 * await using client = new SGPClient({ apiKey: "a key", plugins: [cursors] });
 * const options = await cursors.resume("e1"); // client.watch("e1", options)
 * options; // => {}
 * ```
 */
export const persistCursor = (options: PersistCursorOptions): CursorPlugin => {
  const { store, key = (id) => `evalwire:cursor:${id}`, every = "2 seconds" } = options;
  const plugin = definePlugin({
    name: "persistCursor",
    setup: (host) => {
      const unsaved = new Map<string, () => string>();
      const failing = new Set<string>();

      const save = async () => {
        for (const [id, cursor] of [...unsaved]) {
          unsaved.delete(id);
          try {
            await writing(store, key(id), cursor());
            failing.delete(id);
          } catch (error) {
            if (!failing.has(id)) host.report(error, `keeping the cursor of ${id}`);
            failing.add(id);
            // Unless something newer waits by now.
            if (!unsaved.has(id)) unsaved.set(id, cursor);
          }
        }
      };

      let isSaving = false;
      const keepSaving = async () => {
        isSaving = true;
        try {
          while (unsaved.size > 0) {
            await host.sleep(every);
            await save();
          }
        } catch {
          // Closed while it slept; what is left is saved by the closing.
        } finally {
          isSaving = false;
        }
      };

      host.on({}, ({ evaluationId }) => {
        const cursor = host.cursorOf(evaluationId);
        if (cursor !== undefined) unsaved.set(evaluationId, cursor);
        if (!isSaving) void keepSaving();
      });
      return save;
    },
  });
  const resume = async (evaluationId: string) => {
    const cursor: unknown = await reading(store, key(evaluationId));
    return typeof cursor === "string" && cursor !== "" ? { cursor } : {};
  };
  return { ...plugin, resume };
};
