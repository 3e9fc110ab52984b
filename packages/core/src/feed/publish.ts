import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import type * as Duration from "effect/Duration";
import * as Random from "effect/Random";
import { millisOf } from "../client/ClientOptions.ts";
import { toConsole } from "../client/Problem.ts";
import { invalid } from "../client/SgpError.ts";
import { seeded } from "../client/seeded.ts";
import { checkOptions } from "../contract/unknownNames.ts";
import type { Write } from "../watch/source/Source.ts";
import type { Mark, NewsEntry, Pulse } from "./Entry.ts";
import type { FeedSink } from "./Feed.ts";
import type { Ledger } from "./Ledger.ts";
import { type Origin, type PublicationEnd, Publisher } from "./Publisher.ts";

export interface PublishOptions {
  /** The epoch to which this publisher was elected. Default: one more than the log's last, for logs with one writer by nature. */
  readonly epoch?: number;
  /** The longest silence. Default 5 seconds. */
  readonly beat?: Duration.Input;
  /** The name of a log that is begun now. Default: chosen by chance. */
  readonly generation?: string;
  /** Default: the machine's. */
  readonly clock?: Clock.Clock;
  /** Makes every random choice repeatable. */
  readonly seed?: string | number;
  /** Called with the reason when an entry could not be written yet. Default: the console. */
  readonly onFailure?: (error: unknown) => void;
}

const optionNames: Record<keyof PublishOptions, true> = {
  epoch: true,
  beat: true,
  generation: true,
  clock: true,
  seed: true,
  onFailure: true,
};

export interface Publication extends AsyncDisposable {
  /** Where the feed stands; `undefined` before the first entry is written. */
  readonly mark: Mark | undefined;
  /** The feed's state so far, for snapshots; to be read at once. `undefined` until the log's end has been read. */
  readonly ledger: Ledger | undefined;
  /** The head of a snapshot of this moment. */
  head(): Pick<NewsEntry, "base" | "time"> & Pulse;
  /** Takes a follower's write, and resolves with the mark from which on the feed shows it; `undefined` when that is unknown. */
  hear(write: Write): Promise<Mark | undefined>;
  /** Resolves with the mark from which on the feed says everything that the watch has heard by now. */
  settled(): Promise<Mark | undefined>;
  /** How it is over; never rejects. */
  readonly ended: Promise<PublicationEnd>;
  /** Stops writing; closes the watch only where this publication has opened it. A second call does nothing more. */
  close(): Promise<void>;
}

/**
 * Writes a watch to a feed until it is closed, is replaced by another publisher, or the watch has ended. Throws a `TypeError` at an option
 * it does not know.
 *
 * @param origin a watch; or a function that opens one from the feed's cursor, so that it emits exactly the rest. Only
 *   the second form closes its watch.
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { follow, memoryFeed, publish } from "@evalwire/core/feed";
 *
 * const evaluation = {
 *   id: "e1",
 *   name: "Summaries",
 *   description: "How good are they?",
 *   status: "PENDING",
 *   application_spec_id: "s1",
 *   account_id: "a1",
 *   created_at: "2030-01-01T00:00:00Z",
 *   created_by_user_id: "ada",
 *   created_by_identity_type: "user",
 *   total_test_case_result_count: 0,
 *   completed_test_case_result_count: 0,
 * };
 * const page = { items: [], current_page: 1, items_per_page: 1000, total_item_count: 0 };
 * const fetch = async (url: string) => Response.json(url.includes("/test-case-results") ? page : evaluation);
 * const client = new SGPClient({ apiKey: "a key", fetch });
 *
 * const feed = memoryFeed("e1");
 * await using publication = publish((cursor) => client.watch("e1", cursor === undefined ? {} : { cursor }), feed);
 * await using watch = follow(feed);
 * await watch.ready;
 * watch.snapshot().evaluation?.name; // => "Summaries"
 * ```
 */
export const publish = (origin: Origin, sink: FeedSink, options: PublishOptions = {}): Publication => {
  checkOptions("publish", options, optionNames);
  const beatMillis = millisOf(options.beat ?? "5 seconds");
  if (beatMillis === undefined)
    throw invalid([{ path: "beat", message: `is a time of more than 0 ms, such as "5 seconds"` }]);
  const none = Context.empty();
  const publisher = new Publisher(origin, sink, {
    epoch: options.epoch,
    generation: options.generation,
    beatMillis,
    clock: options.clock ?? Context.get(none, Clock.Clock),
    random: options.seed === undefined ? Context.get(none, Random.Random) : seeded(options.seed),
    onFailure: options.onFailure ?? ((error) => toConsole({ source: "publish", error })),
  });
  return {
    get mark() {
      return publisher.mark;
    },
    get ledger() {
      return publisher.ledger;
    },
    head: () => publisher.head(),
    hear: (write) => publisher.hear(write),
    settled: () => publisher.settled(),
    ended: publisher.ended,
    close: () => publisher.close(),
    [Symbol.asyncDispose]: () => publisher.close(),
  };
};
