/**
 * The test case results of an evaluation: read once, and kept in step with the tasks that change.
 *
 * 1. Pages are read once, one after the other; what cannot be read is tried again, from the page that failed.
 * 2. A result whose task changed its status or its result is read again by itself, however often it changed meanwhile once.
 * 3. Where more changed than is worth reading one by one, the pages are read again.
 * 4. After `close` nothing is asked any more.
 */
import type { EventOf } from "@evalwire/core";
import type { WatchStore } from "@evalwire/react-hooks";
import { type Record, type Records, resultIdOf } from "../model/Records.ts";
import { pauseOf } from "./pauseOf.ts";
import type { Reader } from "./Reader.ts";
import { whenReady } from "./whenReady.ts";

export interface ResultsState {
  /** By test case result id. Another map after every change. */
  readonly byId: Records;
  /** How many there are in all; `undefined` until the first page. */
  readonly total: number | undefined;
  /** Whether all pages were read once. */
  readonly isWhole: boolean;
  /** Why nothing more is read just now; it is tried again. */
  readonly error: Error | undefined;
}

export interface Results {
  snapshot(): ResultsState;
  onChange(listener: () => void): () => void;
  /** Reads one result again soon. */
  refresh(resultId: string): void;
  close(): void;
}

export interface ResultsOptions {
  readonly pageSize?: number;
  /** The pause before results that changed are read again, so that many changes of one are one. */
  readonly settleMillis?: number;
  readonly retryMillis?: number;
}

// Beyond so many, pages cost less than single reads.
const mostSingle = 400;
const atOnce = 4;

const isResultChange = (changed: ReadonlyArray<string>): boolean =>
  changed.some((field) => field === "label_status" || field === "audit_status" || field === "updated_at");

export const results = (reader: Reader, store: WatchStore, options: ResultsOptions = {}): Results => {
  const { pageSize = 250, settleMillis = 1_000, retryMillis = 10_000 } = options;
  const leaving = new AbortController();
  const { signal } = leaving;
  const listeners = new Set<() => void>();
  const known = new Map<string, Record>();
  const dirty = new Set<string>();
  let state: ResultsState = { byId: new Map(), total: undefined, isWhole: false, error: undefined };
  let isFollowing = false;

  const become = (fields: Partial<ResultsState>) => {
    if (signal.aborted) return;
    state = { ...state, ...fields };
    for (const listener of [...listeners]) listener();
  };
  // The map is copied for readers, so not after every page of many.
  const publish = (fields: Partial<ResultsState>) => become({ byId: new Map(known), error: undefined, ...fields });

  const readPages = async (): Promise<void> => {
    for (let page = 1, pages = 0; !signal.aborted; ) {
      try {
        const { records, total, isLast } = await reader.page(page, pageSize, signal);
        for (const record of records) known.set(record.id, record);
        pages++;
        if (isLast) return publish({ isWhole: true, total: total ?? known.size });
        if (pages <= 2 || pages % 8 === 0) publish({ total });
        page++;
      } catch (error) {
        if (signal.aborted) return;
        become({ error: error as Error });
        await pauseOf(retryMillis, signal);
      }
    }
  };

  const readOne = async (resultId: string): Promise<void> => {
    try {
      const record = await reader.one(resultId, signal);
      if (record !== undefined) known.set(resultId, record);
    } catch (error) {
      if (signal.aborted) return;
      dirty.add(resultId);
      throw error;
    }
  };

  const follow = async (): Promise<void> => {
    if (isFollowing || !state.isWhole) return;
    isFollowing = true;
    while (dirty.size > 0 && !signal.aborted) {
      await pauseOf(settleMillis, signal);
      if (dirty.size > mostSingle) {
        dirty.clear();
        await readPages();
        continue;
      }
      const some = [...dirty].slice(0, 10 * atOnce);
      for (const id of some) dirty.delete(id);
      let failure: Error | undefined;
      for (let index = 0; index < some.length && !signal.aborted; index += atOnce) {
        const read = await Promise.allSettled(some.slice(index, index + atOnce).map(readOne));
        for (const each of read) if (each.status === "rejected") failure = each.reason as Error;
      }
      publish(failure === undefined ? {} : { error: failure });
      if (failure !== undefined) await pauseOf(retryMillis, signal);
    }
    isFollowing = false;
  };

  const refresh = (resultId: string) => {
    dirty.add(resultId);
    void follow();
  };
  const take = (event: EventOf<"task.added" | "task.status_changed" | "task.updated">) => {
    if (event.type === "task.updated" && !isResultChange(event.changed)) return;
    refresh(resultIdOf(event.current));
  };
  // The tasks come first: a page is of use without titles and scores.
  const leave = whenReady(store, () => {
    void readPages().then(follow);
    return store.subscribe(take, { types: ["task.added", "task.status_changed", "task.updated"], replay: false });
  });

  return {
    snapshot: () => state,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh,
    close: () => {
      leaving.abort();
      leave();
      listeners.clear();
    },
  };
};
