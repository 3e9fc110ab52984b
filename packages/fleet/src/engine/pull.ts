/**
 * Reads the messages of a consumer, and notices when they end.
 *
 * 1. Reading ends with an error when the consumer or its stream is gone. By itself the NATS client waits for it indefinitely.
 * 2. Reading ends when the server has been silent for five heartbeats while it can be reached, by a clock that cannot be set. The client
 *    compares times of the wall clock: set back by an hour, it finds no silence for an hour.
 */
import type { Consumer, ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import type { Engine } from "./Engine.ts";
import { within } from "./patiently.ts";
import { Time } from "./Time.ts";

const silentBeats = 5;

export interface PullOptions {
  /** Messages that are fetched ahead. */
  readonly maxMessages: number;
  readonly heartbeatMillis: number;
  /** How long opening may take. */
  readonly openMillis: number;
  /** Takes each message. Default: they are iterated. */
  readonly callback?: (message: JsMsg) => void;
  /** The time of the server's heartbeats: real time, whichever clock the fleet was given. Default: the machine's, monotonic. */
  readonly serverTime?: Time;
}

const attend = async (
  { isConnected }: Pick<Engine, "isConnected">,
  messages: ConsumerMessages,
  heartbeatMillis: number,
  time: Time,
): Promise<void> => {
  const over = new AbortController();
  void messages.closed().then(() => over.abort());
  let isHeard = false;
  void (async () => {
    for await (const { type } of messages.status()) if (type === "heartbeat") isHeard = true;
  })().catch(() => undefined);
  let received = -1;
  for (let silent = 0; silent < silentBeats; ) {
    await time.sleep(heartbeatMillis, over.signal);
    if (over.signal.aborted) return;
    const now = messages.getReceived();
    // Nothing is requested while a message is being handled.
    const isBusy = messages.getPending() > 0;
    silent = isHeard || isBusy || now !== received || !isConnected() ? 0 : silent + 1;
    received = now;
    isHeard = false;
  }
  await messages.close();
};

export const pull = async (
  engine: Pick<Engine, "isConnected">,
  time: Time,
  consumer: Consumer,
  { maxMessages, heartbeatMillis, openMillis, callback, serverTime = new Time() }: PullOptions,
): Promise<ConsumerMessages> => {
  const consuming = consumer.consume({
    max_messages: maxMessages,
    idle_heartbeat: heartbeatMillis,
    abort_on_missing_resource: true,
    ...(callback === undefined ? {} : { callback }),
  });
  const messages = await within(time, openMillis, consuming);
  attend(engine, messages, heartbeatMillis, serverTime).catch(() => undefined);
  return messages;
};
