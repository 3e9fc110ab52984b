/**
 * Where deliveries wait until their receiver has them.
 *
 * 1. What `add` resolved for is kept until it is removed: in memory as long as the program lives, on disk longer.
 * 2. The first added is the first out.
 */

export interface Delivery {
  readonly id: string;
  /** As it will be sent. */
  readonly body: string;
}

export interface Outbox {
  /** How many wait. */
  readonly size: () => Promise<number>;
  /** Resolves when the delivery is kept. One of an id that waits already changes nothing. */
  readonly add: (delivery: Delivery) => Promise<void>;
  /** The one that waits longest; `undefined` when none does. */
  readonly first: () => Promise<Delivery | undefined>;
  readonly remove: (id: string) => Promise<void>;
}

/** An outbox that lives as long as the program. */
export const memoryOutbox = (): Outbox => {
  const waiting = new Map<string, Delivery>();
  return {
    size: async () => waiting.size,
    add: async (delivery) => {
      if (!waiting.has(delivery.id)) waiting.set(delivery.id, delivery);
    },
    first: async () => waiting.values().next().value,
    remove: async (id) => {
      waiting.delete(id);
    },
  };
};
