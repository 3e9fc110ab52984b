/**
 * The calls of a client that are not a GET.
 */
import type { Call, CallListener, Calls } from "./Calls.ts";

export type Write = Call;
export type WriteListener = CallListener;

export class Writes {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** Returns the undo. */
  subscribe(listener: WriteListener): () => void {
    return this.#calls.subscribe((call) => {
      if (call.endpoint.method !== "GET") listener(call);
    });
  }
}
