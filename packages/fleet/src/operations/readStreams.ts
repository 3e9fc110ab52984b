/** The streams of a fleet, as far as JetStream says: each is requested by itself, so that one without a leader hides no other. */
import { type ConsumerInfo, jetstreamManager, type StreamInfo } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/nats-core";
import { jetStreamOf, requestTimeoutMillis } from "../engine/Engine.ts";
import { isError } from "../engine/errorCodes.ts";
import { wordsOf } from "../engine/guarded.ts";
import { inWords } from "../engine/inWords.ts";
import type { Names } from "../engine/Names.ts";
import { patiently } from "../engine/patiently.ts";
import type { Time } from "../engine/Time.ts";

export interface StreamsRead {
  /** By name; `null` of one that has no leader. A stream that is not there is left out, where that is known. */
  readonly streams: ReadonlyMap<string, StreamInfo | null>;
  /** Durable consumers of the logs, by stream. */
  readonly consumers: ReadonlyArray<ConsumerInfo>;
  /** Sentences on what JetStream does not say. */
  readonly unknown: ReadonlyArray<string>;
}

/** How long each stream may take. */
const streamMillis = 2_000;
/** A server that lists consumers waits four seconds for those of dead nodes. */
const listTimeoutMillis = 6_000;

const collected = async <A>(items: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const all: Array<A> = [];
  for await (const item of items) all.push(item);
  return all;
};

/**
 * @param shards how many logs to look for where the cluster does not say which streams there are
 * @param patienceMillis how long the cluster's leader is waited for
 */
export const readStreams = async (
  nc: NatsConnection,
  names: Names,
  time: Time,
  { shards, patienceMillis }: { readonly shards: number; readonly patienceMillis: number },
): Promise<StreamsRead> => {
  const open = (timeout: number) => jetstreamManager(nc, { timeout, checkAPI: false });
  const [jsm, patient] = await Promise.all([open(requestTimeoutMillis), open(listTimeoutMillis)]);
  const unknown: Array<string> = [];
  const say = (error: unknown, what: string) => void unknown.push(wordsOf(inWords(error, what)));
  const list = () => collected(jsm.streams.names(`${names.prefix}.>`));
  const listed = await jetStreamOf(list, time.now() + patienceMillis, time).catch((error: unknown) => {
    say(error, "listing streams");
    const logs = Array.from({ length: shards }, (_, shard) => names.logStream(shard));
    return [names.electStream, names.deadStream, names.jobStream, names.resultStream, ...logs];
  });
  const streams = new Map<string, StreamInfo | null>();
  const consumers: Array<ConsumerInfo> = [];
  await Promise.all(
    [...listed].sort().map(async (stream) => {
      streams.set(stream, null);
      try {
        streams.set(stream, await patiently(time, () => jsm.streams.info(stream), { millis: streamMillis }));
        if (!names.isLog(stream)) return;
        const found = await patiently(time, () => collected(patient.consumers.list(stream)), { millis: streamMillis });
        consumers.push(...found.filter(({ config }) => config.durable_name !== undefined));
      } catch (error) {
        if (isError(error, "streamNotFound")) streams.delete(stream);
        else if (streams.get(stream) !== null) say(error, `consumers of ${stream}`);
      }
    }),
  );
  const silent = [...streams].flatMap(([stream, info]) => (info === null ? [stream] : []));
  if (silent.length > 0)
    unknown.push(`No leader answers for the ${silent.length === 1 ? "stream" : "streams"} ${silent.join(", ")}.`);
  return { streams, consumers, unknown };
};
