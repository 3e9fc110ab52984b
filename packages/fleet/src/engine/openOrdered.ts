/**
 * Opens an ordered consumer; resolves with `undefined` where none is available now.
 *
 * The server keeps it on one of the stream's nodes, chosen by chance, and does not answer where that node is cut off or has just died; for half a minute
 * it goes on choosing such a node. So it is requested again, soon: the next choice may be another. Without a leader of the cluster there is no answer, or
 * one that says so.
 */
import type { Consumer, OrderedConsumerOptions } from "@nats-io/jetstream";
import type { Engine } from "./Engine.ts";
import { isPassing } from "./errorCodes.ts";
import { patiently, within } from "./patiently.ts";
import type { Time } from "./Time.ts";

const attemptMillis = 1_000;
const patienceMillis = 2_000;

export const openOrdered = async (
  { js }: Pick<Engine, "js">,
  time: Time,
  stream: string,
  options: Partial<OrderedConsumerOptions>,
): Promise<Consumer | undefined> => {
  try {
    const get = () => within(time, attemptMillis, js.consumers.get(stream, options));
    return await patiently(time, get, { millis: patienceMillis });
  } catch (error) {
    if (isPassing(error)) return undefined;
    throw error;
  }
};
