/**
 * One simulation of a feed: publishers that die, followers on bad lines, the real client and watch, the real embedded server.
 *
 * Everything in it follows from the seed and the number of steps.
 */
import { type Entry, memoryFeed } from "@evalwire/core/feed";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { make } from "../Plan.ts";
import { Assertions, type Broken } from "../promises/Assertions.ts";
import { Rng } from "../Rng.ts";
import { actions } from "../world/Actors.ts";
import { isSame } from "../world/History.ts";
import { calm, faultProfiles } from "../world/NetworkOutcome.ts";
import { World } from "../world/World.ts";
import { good, Line, qualities } from "./Line.ts";
import { Publishers } from "./Publishers.ts";
import { Reader } from "./Reader.ts";

export interface FeedOptions {
  /** How many steps are played before the end; 25 by default. */
  readonly steps?: number;
  /** How often a kind of step is drawn, where not as usual. */
  readonly weights?: Partial<Record<keyof typeof usual, number>>;
  /** An intended fault, so that the checks themselves can be tested. */
  readonly doubles?: {
    readonly isFenced?: boolean;
    readonly change?: (entry: Entry) => Entry;
  };
}

export interface FeedOutcome {
  readonly seed: number;
  readonly broken: Broken | undefined;
  readonly counts: { readonly entries: number; readonly deaths: number; readonly millis: number };
}

const usual = {
  life: 40,
  write: 12,
  quiet: 10,
  line: 14,
  faultProfile: 5,
  die: 8,
  freeze: 5,
  thaw: 6,
  leave: 3,
  join: 6,
  rest: 4,
  trim: 3,
} as const;

// Without a date the server's time is unknown, and a lease's end is reported by the wrong clock, as promise 9 allows.
const dated = faultProfiles.map((faultProfile) => ({
  ...faultProfile,
  accidents: { ...faultProfile.accidents, Dateless: 0 },
}));

const inWords = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

export const simulateFeed = async (seed: number, options: FeedOptions = {}): Promise<FeedOutcome> => {
  const { steps = 25, doubles = {} } = options;
  const weights = { ...usual, ...options.weights };
  const rng = new Rng(seed, "feed");
  let elapsed = () => 0;
  const assertions = new Assertions(() => elapsed());
  const onFault = (error: unknown) => assertions.hold(0, false, () => `the server fails: ${inWords(error)}`);
  const world = await World.open(seed, make(seed, 0).settings, { isTraced: false, onFault });
  elapsed = () => world.trace.elapsed;
  const { time, actors, network, host } = world;
  const feed = memoryFeed(host.evaluationId, { keep: rng.of([2, 10, 1_000]), clock: time });
  const publishers = new Publishers(world, feed, assertions, doubles.isFenced ?? true);
  publishers.add();
  const readers = Array.from({ length: rng.whole(1, 3) }, (_, index) => {
    const name = `follower ${index + 1}`;
    const line = new Line({
      source: feed,
      time,
      rng: new Rng(seed, name),
      change: doubles.change ?? ((entry) => entry),
      report: async (write) => {
        await Effect.runPromise(time.sleep(Duration.millis(20)));
        return publishers.publication?.hear(write);
      },
    });
    return new Reader(name, world, line, assertions);
  });
  let deaths = 0;

  const step = async (number: number): Promise<void> => {
    const own = new Rng(seed, "step", number);
    const lasts = own.whole(100, 6_000);
    switch (own.weighted(weights)) {
      case "life":
        for (let count = own.whole(1, 4); count > 0; count--) await actors.act(own.weighted(actions), own);
        break;
      case "write":
        own.of(readers).write(own);
        break;
      case "quiet":
        await time.advance(own.whole(5_000, 40_000));
        break;
      case "line":
        own.of(readers).line.quality = own.of(qualities);
        break;
      case "faultProfile":
        network.faultProfile = own.of(dated);
        break;
      case "die":
        deaths++;
        if (publishers.alive < 2 || own.is(0.5)) publishers.add();
        publishers.stop("dead");
        break;
      case "freeze": {
        const { line } = own.of(readers);
        if (own.is(0.5)) line.freeze();
        else {
          publishers.add();
          publishers.stop("frozen");
        }
        break;
      }
      case "thaw":
        publishers.thaw();
        for (const { line } of readers) line.thaw();
        break;
      case "leave":
        await publishers.close();
        publishers.add();
        break;
      case "join":
        if (publishers.alive < 4) publishers.add();
        break;
      case "rest": {
        const reader = own.of(readers);
        if (reader.isResting) reader.come();
        else reader.rest();
        break;
      }
      case "trim":
        feed.trim(own.is(0.5) ? Number.POSITIVE_INFINITY : (feed.mark?.number ?? 0) - 2);
        break;
    }
    await time.advance(lasts);
    for (const reader of readers) reader.check();
  };

  const end = async (): Promise<void> => {
    network.faultProfile = calm;
    publishers.thaw();
    if (publishers.alive === 0) publishers.add();
    for (const reader of readers) {
      reader.line.thaw();
      reader.line.quality = good;
      reader.come();
    }
    const isTrue = ({ watch }: Reader) => {
      const { tasks, status } = watch.snapshot();
      const { present } = host.history;
      const isSettled = watch.stats().unconfirmedWrites === 0 && status._tag === "synced";
      return (
        isSettled && tasks.size === present.size && [...present].every(([id, row]) => isSameRow(tasks.get(id), row))
      );
    };
    const isOver = () => readers.every((reader) => reader.pending === 0 && isTrue(reader));
    for (let count = 0; count < 240 && !isOver(); count++) await time.advance("5 seconds");
    for (const reader of readers) {
      reader.check();
      const { tasks, status } = reader.watch.snapshot();
      const rest = `${reader.watch.stats().unconfirmedWrites} writes, ${status._tag}, ${tasks.size} of ${host.history.present.size}`;
      assertions.hold(1, isTrue(reader), () => `${reader.name} does not come to what is: ${rest}`);
    }
  };

  try {
    for (let number = 1; number <= steps && assertions.broken === undefined; number++) await step(number);
    if (assertions.broken === undefined) await end();
  } catch (error) {
    assertions.hold(0, false, () => inWords(error));
  }
  for (const { line } of readers) line.thaw();
  for (const reader of readers) await reader.close();
  await publishers.end();
  await time.advance("1 minute");
  assertions.hold(14, feed.readers === 0, () => `${feed.readers} readers are left`);
  await world.close();
  return {
    seed,
    broken: assertions.broken,
    counts: { entries: feed.mark?.number ?? 0, deaths, millis: world.trace.elapsed },
  };
};

const isSameRow = (row: Parameters<typeof isSame>[0] | undefined, other: Parameters<typeof isSame>[1]): boolean =>
  row !== undefined && isSame(row, other);
