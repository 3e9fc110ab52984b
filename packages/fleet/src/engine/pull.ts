/**
 * Reads the messages of a consumer, and notices when they end.
 *
 * 1. Reading ends with an error when the consumer or its stream is gone. By itself the NATS client waits for it indefinitely.
 * 2. Reading ends when the server has been silent for five heartbeats while it can be reached, by a clock that cannot be set. The client
 *    compares times of the wall clock: set back by an hour, it finds no silence for an hour.
 * 3. A reading can be closed before it is iterated. The client's own `close` would wait for an iterator indefinitely.
 * 4. Messages that came but were not begun when it was closed are given back, so that another replica has them at once. Those on their way are
 *    not: the client drops what comes after it has unsubscribed.
 */
import type { Consumer, ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import type { Engine } from "./Engine.ts";
import { within } from "./patiently.ts";
import { Time } from "./Time.ts";

const silentBeats = 5;

/** The messages of a consumer, as they come; iterated once, or taken by a callback. */
export class Reading implements AsyncIterable<JsMsg> {
  readonly #messages: ConsumerMessages;
  /** Whether the messages are iterated, or taken by a callback. */
  #isTaken: boolean;
  readonly #isSingle: boolean;
  #isClosing = false;

  /** @param isSingle whether one message is fetched at a time */
  constructor(messages: ConsumerMessages, isTaken: boolean, isSingle = false) {
    this.#messages = messages;
    this.#isTaken = isTaken;
    this.#isSingle = isSingle;
  }

  /** Resolves when it has ended, with the reason if it was not closed. */
  get ended(): Promise<void | Error> {
    return this.#messages.closed();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<JsMsg, void, undefined> {
    this.#isTaken = true;
    for await (const message of this.#messages) {
      if (this.#isClosing) message.nak();
      else yield message;
      // The client requests the next message when it is iterated, also once it is closed, and the server (2.9) keeps what was given back for that request.
      if (this.#isClosing && this.#isSingle) return;
    }
  }

  /** Ends it; resolves when the message that is being handled is done. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const closed = this.#messages.close();
    if (!this.#isTaken) for await (const _ of this);
    await closed;
  }
}

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
): Promise<Reading> => {
  const consuming = consumer.consume({
    max_messages: maxMessages,
    idle_heartbeat: heartbeatMillis,
    abort_on_missing_resource: true,
    ...(callback === undefined ? {} : { callback }),
  });
  const messages = await within(time, openMillis, consuming);
  attend(engine, messages, heartbeatMillis, serverTime).catch(() => undefined);
  return new Reading(messages, callback !== undefined, maxMessages === 1);
};
