/**
 * A watch as an EventEmitter3: the event's type is its name.
 */
import { EventEmitter } from "eventemitter3";
import type { EventOf, WatchEvent, WatchEventType } from "./watch/event/Event.ts";
import type { Watch } from "./watch/Watch.ts";
import type { SubscribeOptions } from "./watch/WatchOptions.ts";

/** The listeners an emitter takes: one kind for each type of event, and two of its own. */
export type WatchEventMap = {
  readonly [Type in WatchEventType]: (event: EventOf<Type>) => void;
} & {
  /** Every event of any type, before it goes out under its own name. */
  readonly event: (event: WatchEvent) => void;
  /** It is over: without an error when it was closed, else with what ended the watch. */
  readonly end: (error?: Error) => void;
};

export interface WatchEmitter extends EventEmitter<WatchEventMap> {
  /** Ends the emitter, not the watch. */
  close(): void;
}

/**
 * Emits the events of a watch; listeners added before the next `await` miss nothing.
 *
 * The listeners of one emitter are one subscriber: as with any emitter, one that throws keeps that event from those after it. Other
 * subscribers of the watch are untouched, and the failure is reported as the issue `listener-failed`.
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { toEmitter } from "@evalwire/core/emitter";
 *
 * const watch = new SGPClient({ apiKey: "a key", fetch: async () => Response.json({}, { status: 401 }) }).watch("e1");
 * const ended = new Promise((resolve) => toEmitter(watch).once("end", (error) => resolve(error?.name)));
 * await ended; // => "SgpError"
 * ```
 */
export const toEmitter = (watch: Watch, options: Omit<SubscribeOptions, "onEnd"> = {}): WatchEmitter => {
  const emitter = new EventEmitter<WatchEventMap>();
  // The map is complete, but TypeScript does not see that an event fits the listener of its own type.
  const emit = emitter.emit.bind(emitter) as (type: WatchEventType | "event" | "end", argument?: unknown) => boolean;
  const close = watch.subscribe(
    (event) => {
      emit("event", event);
      emit(event.type, event);
    },
    {
      ...options,
      onEnd: (error) => {
        try {
          emit("end", error);
        } finally {
          emitter.removeAllListeners();
        }
      },
    },
  );
  return Object.assign(emitter, { close });
};
