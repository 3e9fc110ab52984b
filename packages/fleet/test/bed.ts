/** Fixture of the tests of one shard: a connection, the streams of a fleet of their own, a log that is read and written. */
import { randomUUID } from "node:crypto";
import type * as Clock from "effect/Clock";
import { logConfig } from "../src/engine/configs.ts";
import { connectEngine, type Engine } from "../src/engine/Engine.ts";
import { Names } from "../src/engine/Names.ts";
import { Portions } from "../src/engine/Portions.ts";
import { ensureStream } from "../src/engine/Streams.ts";
import { Time } from "../src/engine/Time.ts";
import { Turns } from "../src/engine/Turns.ts";
import { LogReader } from "../src/log/LogReader.ts";
import { LogWriter } from "../src/log/LogWriter.ts";
import { Objects } from "../src/log/Objects.ts";
import { Snapshots } from "../src/log/Snapshots.ts";
import { Formats } from "../src/membership/Formats.ts";
import type { ShardFeedDeps } from "../src/shard/ShardFeed.ts";

export const unique = (): string => randomUUID().replaceAll("-", "").slice(0, 12);

export interface Bed {
  readonly engine: Engine;
  readonly names: Names;
  readonly stream: string;
  readonly created: string;
  readonly snapshots: Snapshots;
}

/** A fleet's shard 0 on a server; several tests may use one, each with evaluations of its own. */
export const bed = async (servers: ReadonlyArray<string>, replicas: number): Promise<Bed> => {
  const engine = await connectEngine({ servers });
  const names = new Names(`t${unique()}`, 1);
  const info = await ensureStream(engine, logConfig(names, 0, { replicas }));
  const objects = await Objects.open(engine, names.snapshots, replicas);
  const snapshots = new Snapshots(objects, new Time(), new Formats());
  return { engine, names, stream: names.logStream(0), created: String(info.created), snapshots };
};

export const depsOf = (
  on: Bed,
  clock: Clock.Clock,
  { onMissed = () => undefined, ...more }: Partial<ShardFeedDeps> & { readonly onMissed?: () => void } = {},
): ShardFeedDeps => {
  const { engine, names, snapshots } = on;
  const time = new Time(clock);
  const formats = new Formats();
  const failures: Array<unknown> = [];
  const onFailure = (error: unknown) => void failures.push(error);
  const reader = new LogReader({ engine, names, shard: 0, formats, time, onFailure, onMissed });
  return {
    engine,
    names,
    shard: 0,
    snapshots,
    formats,
    reader,
    reading: new Map(),
    portions: new Portions(new Turns(), 8),
    time,
    snapshotEvery: 20,
    onFailure,
    ...more,
  };
};

export const writerOf = ({ engine, stream, created }: Bed, epoch: number, clock?: Clock.Clock): LogWriter =>
  new LogWriter({
    engine,
    stream,
    created,
    epoch,
    writer: unique(),
    time: new Time(clock),
    onFailure: () => undefined,
  });
