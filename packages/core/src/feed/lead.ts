/**
 * Keeps a feed written for as long as this candidate runs: stands for election, publishes when elected, and stands again
 * when another one was elected instead.
 */
import { toConsole } from "../client/Problem.ts";
import { checkOptions } from "../contract/unknownNames.ts";
import type { Watch } from "../watch/Watch.ts";
import type { WatchOptions } from "../watch/WatchOptions.ts";
import type { Election, FeedSink } from "./Feed.ts";
import { type Publication, type PublishOptions, publish } from "./publish.ts";

export interface LeadOptions extends Omit<PublishOptions, "epoch"> {
  readonly election: Election;
  readonly sink: FeedSink;
  /** Opens the watch that is published, at the position where the feed stands. */
  readonly open: (options: Pick<WatchOptions, "cursor">) => Watch;
  /** Called with whether this candidate publishes now. */
  readonly onLead?: (isLeading: boolean) => void;
}

export interface Candidacy extends AsyncDisposable {
  /** The current publication; `undefined` while another one does. */
  readonly publication: Publication | undefined;
  /** Stops publishing and leaves office, so that another can go on at once. A second call does nothing more. */
  close(): Promise<void>;
}

const optionNames: Record<keyof LeadOptions, true> = {
  election: true,
  sink: true,
  open: true,
  onLead: true,
  beat: true,
  generation: true,
  clock: true,
  seed: true,
  onFailure: true,
};

/** Stands for election now; see `Election`. Throws a `TypeError` at an option it does not know. */
export const lead = (given: LeadOptions): Candidacy => {
  checkOptions("lead", given, optionNames);
  const { election, sink, open, onLead = () => undefined, ...options } = given;
  const abort = new AbortController();
  let publication: Publication | undefined;

  const serve = async (): Promise<void> => {
    const term = await election.campaign(abort.signal);
    const lost = new Promise<void>((resolve) => {
      const over = () => resolve();
      if (term.lost.aborted || abort.signal.aborted) over();
      term.lost.addEventListener("abort", over, { once: true });
      abort.signal.addEventListener("abort", over, { once: true });
    });
    const own = publish((cursor) => open(cursor === undefined ? {} : { cursor }), sink, {
      ...options,
      epoch: term.epoch,
    });
    publication = own;
    onLead(true);
    await Promise.race([lost, own.ended]);
    publication = undefined;
    await own.close();
    await term.resign();
    onLead(false);
  };

  const run = async () => {
    try {
      while (!abort.signal.aborted) await serve();
    } catch (error) {
      // Withdrawn, a candidacy rejects with its own signal's reason; anything else is a failure of the election.
      if (!abort.signal.aborted)
        (options.onFailure ?? ((failure) => toConsole({ source: "lead", error: failure })))(error);
    }
  };
  const done = run();
  const close = async () => {
    abort.abort();
    await done;
  };
  return {
    get publication() {
      return publication;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};
