/**
 * The status of a fleet, read without joining it, as far as it can be known. Replicas are heard by messages that no stream keeps, which needs no leader; streams
 * are requested one by one.
 */
import type { PeerInfo, StreamInfo } from "@nats-io/jetstream";
import { createInbox, type NatsConnection, nanos } from "@nats-io/nats-core";
import { checkOptions } from "../engine/checkOptions.ts";
import {
  connectNats,
  defaultConnectTimeoutMillis,
  type EngineOptions,
  engineNames,
  serverOf,
  versionsOf,
} from "../engine/connectNats.ts";
import { hear, isJson } from "../engine/hear.ts";
import { inWords } from "../engine/inWords.ts";
import { Names } from "../engine/Names.ts";
import { defaultName } from "../engine/StoreOptions.ts";
import { Time } from "../engine/Time.ts";
import { isBeat, type MemberFacts } from "../membership/Members.ts";
import { differencesOf, sayDifference } from "../membership/Settings.ts";
import type { FleetHealth } from "./Health.ts";
import { notesOn } from "./notesOn.ts";
import { readStreams, type StreamsRead } from "./readStreams.ts";

export interface FleetOverview {
  readonly name: string;
  /** The NATS server that answered. */
  readonly server: { readonly version: string; readonly isClustered: boolean; readonly notes: ReadonlyArray<string> };
  /** Each address that was given; the version is `null` where no server is reached. */
  readonly servers: ReadonlyArray<{ readonly address: string; readonly version: string | null }>;
  /** Names of NATS nodes that the leaders of streams have not heard of for three seconds. */
  readonly missingNodes: ReadonlyArray<string>;
  /** Replicas that beat, and the offices they hold, with their epochs. */
  readonly members: ReadonlyArray<{
    readonly id: string;
    readonly facts: MemberFacts;
    readonly offices: Readonly<Record<string, number>>;
    /** Its answer to the status request; `undefined` if it does not answer. */
    readonly health: FleetHealth | undefined;
  }>;
  /** Options in which the replicas differ, each in a sentence. */
  readonly differences: ReadonlyArray<string>;
  /** Figures are `null` where a log has no leader. */
  readonly logs: ReadonlyArray<{
    readonly stream: string;
    readonly messages: number | null;
    readonly bytes: number | null;
    readonly lastSequence: number | null;
  }>;
  readonly consumers: ReadonlyArray<{
    readonly name: string;
    readonly pending: number;
    readonly unacknowledged: number;
    readonly redelivered: number;
  }>;
  /** `null` where JetStream does not say. */
  readonly queue: { readonly jobs: number | null; readonly results: number | null };
  readonly deadLetters: number | null;
  /** A sentence for each thing that could not be found out; empty where everything was. */
  readonly unknown: ReadonlyArray<string>;
}

type Member = FleetOverview["members"][number];

/** How long a replica that beats may take to say how it does: it waits for JetStream itself. */
const answerMillis = 2_500;
/** The nodes of a stream beat each second. */
const missingMillis = 3_000;
/** How often is looked whether all have answered. */
const lookMillis = 50;

const isHealth = (value: unknown): value is FleetHealth =>
  isJson(value) && typeof value["member"] === "string" && isJson(value["shards"]);

/** The replicas that beat within a time, and how they do. */
const listen = async (nc: NatsConnection, names: Names, time: Time, millis: number): Promise<ReadonlyArray<Member>> => {
  const members = new Map<string, Omit<Member, "health">>();
  const healths = new Map<string, FleetHealth>();
  // Messages of other programs, and an empty one where no replica listens, are none of a fleet's.
  const onFailure = () => undefined;
  const inbox = createInbox();
  hear(nc, inbox, { is: isHealth, take: (health) => void healths.set(health.member, health), onFailure });
  nc.publish(names.health, "", { reply: inbox });
  hear(nc, names.beat, {
    is: isBeat,
    take: ({ member, offices, facts, isLeaving }) => {
      if (isLeaving) members.delete(member);
      else members.set(member, { id: member, facts, offices });
    },
    onFailure,
  });
  const until = time.now() + answerMillis;
  await time.sleep(millis);
  const isSilent = () => [...members.keys()].some((id) => !healths.has(id));
  while (isSilent() && time.now() < until) await time.sleep(lookMillis);
  return [...members.values()].map((each) => ({ ...each, health: healths.get(each.id) }));
};

/** How many shards the replicas have; as many as are the default where none answers. */
const shardsOf = (members: ReadonlyArray<Member>): number =>
  members.find(({ health }) => health)?.health?.shards.all ?? 16;

const consumersOf = (infos: StreamsRead["consumers"]): FleetOverview["consumers"] => {
  const sums = new Map<string, FleetOverview["consumers"][number]>();
  for (const { config, num_pending, num_ack_pending, num_redelivered } of infos) {
    const name = config.durable_name!;
    const sum = sums.get(name) ?? { name, pending: 0, unacknowledged: 0, redelivered: 0 };
    sums.set(name, {
      name,
      pending: sum.pending + num_pending,
      unacknowledged: sum.unacknowledged + num_ack_pending,
      redelivered: sum.redelivered + num_redelivered,
    });
  }
  return [...sums.values()];
};

/** A node that was killed is called offline after minutes only. */
const missingNodesOf = (infos: Iterable<StreamInfo | null>): ReadonlyArray<string> => {
  const nodes = [...infos].flatMap((info) => info?.cluster?.replicas ?? []);
  const isMissing = ({ active, offline }: PeerInfo) => offline === true || active > nanos(missingMillis);
  return [...new Set(nodes.filter(isMissing).map(({ name }) => name))].sort();
};

/**
 * Rejects with a `FleetError` where no NATS server is reached, or it refuses the credentials. Without JetStream, or a leader of it, resolves with what the
 * replicas say.
 *
 * @param listenMillis for how long beats are listened to. Default 1,000.
 */
export const fleetStatus = async (
  options: EngineOptions & { readonly name?: string; readonly listenMillis?: number },
): Promise<FleetOverview> => {
  checkOptions("fleetStatus", options, { ...engineNames, name: true, listenMillis: true });
  const { name = defaultName, listenMillis = 1_000, connectTimeoutMillis = defaultConnectTimeoutMillis } = options;
  const names = new Names(name, 1);
  const time = new Time();
  const nc = await connectNats(options, time);
  try {
    const [members, servers] = await Promise.all([listen(nc, names, time, listenMillis), versionsOf(options)]);
    const expected = { shards: shardsOf(members), patienceMillis: connectTimeoutMillis };
    const { streams, consumers, unknown } = await readStreams(nc, names, time, expected);
    // A stream that is not there holds nothing.
    const countOf = (stream: string) => {
      const info = streams.get(stream);
      return info === null ? null : (info?.state.messages ?? 0);
    };
    const { version, isClustered } = serverOf(nc);
    return {
      name,
      server: { version, isClustered, notes: notesOn(version, isClustered) },
      servers,
      missingNodes: missingNodesOf(streams.values()),
      members,
      differences: differencesOf(members.map(({ facts }) => facts)).map(sayDifference),
      logs: [...streams]
        .filter(([stream]) => names.isLog(stream))
        .map(([stream, info]) => ({
          stream,
          messages: info?.state.messages ?? null,
          bytes: info?.state.bytes ?? null,
          lastSequence: info?.state.last_seq ?? null,
        })),
      consumers: consumersOf(consumers),
      queue: { jobs: countOf(names.jobStream), results: countOf(names.resultStream) },
      deadLetters: countOf(names.deadStream),
      unknown,
    };
  } catch (error) {
    throw inWords(error, `fleet ${name}`);
  } finally {
    await nc.close();
  }
};
