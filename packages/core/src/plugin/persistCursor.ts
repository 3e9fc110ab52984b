/**
 * Keeps the cursors of watches in a key-value store, so that a program that restarts receives what it missed.
 *
 * 1. A cursor is kept at most `every` so often while something moves, once more when the client is closed, and whenever `save` is called.
 * 2. A cursor stands for the events that all subscriptions of the client's watches of an evaluation have finished handling, except
 *    `transient` ones: an event being handled when a process is killed is delivered again to the next.
 * 3. A store that fails is reported once, and tried again with each pause until it works. A cursor that was torn or damaged is reported, and
 *    the watch starts without it.
 * 4. Of thousands of tasks only what has moved is written (`KeptCursor`).
 */
import type * as Duration from "effect/Duration";
import { toConsole } from "../client/Problem.ts";
import { checkOptions } from "../contract/unknownNames.ts";
import { checkDuration } from "./checkDuration.ts";
import { KeptCursor, load, type TextStore } from "./KeptCursor.ts";
import { definePlugin, type Plugin } from "./Plugin.ts";

/** A `Map`, a Redis client in two lines, `localStorage`: any store of text by name. */
export type KeyValueStore =
  | { readonly get: (key: string) => unknown; readonly set: (key: string, value: string) => unknown }
  | { readonly getItem: (key: string) => unknown; readonly setItem: (key: string, value: string) => unknown };

export interface PersistCursorOptions {
  readonly store: KeyValueStore;
  /** The name under which an evaluation's cursor is kept, and with which the names of its parts begin. Default `evalwire:cursor:` and the id. */
  readonly key?: (evaluationId: string) => string;
  /** Default two seconds, by the client's clock. */
  readonly every?: Duration.Input;
}

export interface CursorPlugin extends Plugin {
  /**
   * The options with which a watch goes on where the last one stopped; without a cursor when there was none. One that cannot be used is
   * reported as a problem of this plugin, and the watch starts without it.
   */
  readonly resume: (evaluationId: string) => Promise<{ readonly cursor?: string }>;
  /** Saves now what has moved; resolves when the store has it, or when its failure is reported. */
  readonly save: () => Promise<void>;
}

const isStore = (store: unknown): store is KeyValueStore => {
  const has = (name: string) => typeof (store as Record<string, unknown> | null | undefined)?.[name] === "function";
  return (has("get") && has("set")) || (has("getItem") && has("setItem"));
};

const textStore = (store: KeyValueStore): TextStore =>
  "get" in store
    ? { get: (key) => store.get(key), set: (key, value) => store.set(key, value) }
    : { get: (key) => store.getItem(key), set: (key, value) => store.setItem(key, value) };

const optionNames: Record<keyof PersistCursorOptions, true> = { store: true, key: true, every: true };

/**
 * Throws a `TypeError` at an option it does not know, at a store that is none, and at an `every` that is no duration.
 *
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
  checkOptions("persistCursor", options, optionNames);
  if (!isStore(options.store))
    throw new TypeError(
      "persistCursor: store has get and set, as a Map has, or getItem and setItem, as localStorage has",
    );
  checkDuration("persistCursor", "every", options.every, 0);
  const { key = (id) => `evalwire:cursor:${id}`, every = "2 seconds" } = options;
  const store = textStore(options.store);
  let report = (error: unknown, during: string) => toConsole({ source: `plugin persistCursor (${during})`, error });
  let save = async (): Promise<void> => undefined;
  const plugin = definePlugin({
    name: "persistCursor",
    setup: (host) => {
      report = (error, during) => host.report(error, during);
      const kept = new Map<string, KeptCursor>();
      const failing = new Set<string>();

      const keep = (evaluationId: string) => {
        const journal = host.journalOf(evaluationId);
        if (journal === undefined || kept.get(evaluationId)?.journal === journal) return;
        journal.onNews = () => void keepSaving();
        kept.set(evaluationId, new KeptCursor(store, key(evaluationId), evaluationId, journal, pause));
        void keepSaving();
      };

      const saveAll = async () => {
        // Events that an earlier process left unfinished are delivered before a watch emits anything.
        for (const id of host.watched()) keep(id);
        for (const [id, cursor] of kept) {
          if (!cursor.journal.hasNews) continue;
          try {
            await cursor.save();
            failing.delete(id);
          } catch (error) {
            if (!failing.has(id)) host.report(error, `keeping the cursor of ${id}`);
            failing.add(id);
          }
        }
      };

      // One save at a time: a later one has what the one under way leaves.
      let underWay: Promise<void> = Promise.resolve();
      save = () => {
        underWay = underWay.then(saveAll);
        return underWay;
      };

      const hasNews = () => [...kept.values()].some(({ journal }) => journal.hasNews);
      let isSaving = false;
      const keepSaving = async () => {
        if (isSaving) return;
        isSaving = true;
        try {
          while (hasNews()) {
            await host.sleep(every);
            await save();
          }
        } catch {
          // Closed while it slept; what is left is saved by the closing.
        } finally {
          isSaving = false;
        }
      };

      // Between two portions other code gets its turn; after closing that is not necessary.
      const pause = () => host.sleep("1 millis").catch(() => undefined);
      host.on({}, ({ evaluationId }) => keep(evaluationId));
      return () => save();
    },
  });
  const resume = async (evaluationId: string) => {
    try {
      const cursor = await load(store, key(evaluationId), evaluationId);
      return cursor === undefined ? {} : { cursor };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      report(
        new Error(`the kept cursor cannot be used, and the watch starts without it: ${why}`),
        `resuming ${evaluationId}`,
      );
      return {};
    }
  };
  return { ...plugin, resume, save: () => save() };
};
