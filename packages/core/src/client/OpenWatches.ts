/**
 * The watches of a client that may still be open, so that closing the client closes them.
 *
 * They are held weakly: a watch that is forgotten is not kept by its client.
 */
import type { Watch } from "../watch/Watch.ts";

export class OpenWatches {
  #watches: ReadonlyArray<WeakRef<Watch>> = [];

  add(watch: Watch): Watch {
    const isOpen = (each: WeakRef<Watch>) => (each.deref()?.status._tag ?? "closed") !== "closed";
    this.#watches = [...this.#watches.filter(isOpen), new WeakRef(watch)];
    return watch;
  }

  /** Resolves when all are closed. */
  async close(): Promise<void> {
    const open = this.#watches;
    this.#watches = [];
    await Promise.all(open.map((watch) => watch.deref()?.close()));
  }
}
