/**
 * Reads a log message by message, by requests that the leader of its stream answers: for as long as no consumer is available. A consumer is made by the
 * leader of all streams, which may be elected much later than that of this one.
 */
import type { Engine } from "../engine/Engine.ts";
import { isError } from "../engine/errorCodes.ts";
import { patiently } from "../engine/patiently.ts";
import type { Time } from "../engine/Time.ts";
import { type LogMessage, storedMessageOf } from "./LogMessage.ts";

/** Before the next message is requested, where there was none. */
const pauseMillis = 50;
/** For so long without an answer it goes on; then it ends. */
const silentMillis = 20_000;

export interface RequestedReadingOptions {
  readonly engine: Pick<Engine, "jsm">;
  readonly time: Time;
  readonly stream: string;
  /** The subjects to read. */
  readonly subject: string;
  /** The first sequence. */
  readonly from: number;
  readonly take: (message: LogMessage) => void;
}

/** The first message at or behind a sequence; `undefined` when there is none yet. */
export const requestNext = async (
  { jsm }: Pick<Engine, "jsm">,
  stream: string,
  subject: string,
  from: number,
): Promise<LogMessage | undefined> => {
  // The client's type leaves out what the server has known since 2.9.
  const query = { seq: from, next_by_subj: subject } as { readonly seq: number };
  const message = await jsm.streams.getMessage(stream, query);
  return message === null ? undefined : storedMessageOf(message);
};

export class RequestedReading {
  readonly #options: RequestedReadingOptions;
  readonly #abort = new AbortController();
  /** Resolves when it has ended, with the reason if it was not closed. */
  readonly ended: Promise<void | Error>;

  constructor(options: RequestedReadingOptions) {
    this.#options = options;
    this.ended = this.#run();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.ended;
  }

  async #run(): Promise<void | Error> {
    const { engine, time, stream, subject, from, take } = this.#options;
    const { signal } = this.#abort;
    const isPassingToo = (error: unknown) => !isError(error, "streamNotFound");
    let next = from;
    while (!signal.aborted) {
      try {
        const ask = () => requestNext(engine, stream, subject, next);
        const message = await patiently(time, ask, { signal, isPassingToo, millis: silentMillis });
        if (signal.aborted) return;
        if (message === undefined) await time.sleep(pauseMillis, signal);
        else {
          next = message.sequence + 1;
          take(message);
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#abort.abort();
        return error as Error;
      }
    }
  }
}
