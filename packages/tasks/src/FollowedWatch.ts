import type { EventOf, SubscribeOptions, Watch, WatchEventType } from "@evalwire/core";

/** The part of a watch that is followed here; every `Watch` has it. */
export interface FollowedWatch extends Pick<Watch, "snapshot"> {
  subscribe<Type extends WatchEventType>(
    listener: (event: EventOf<Type>) => unknown,
    options?: SubscribeOptions<Type>,
  ): () => void;
}
