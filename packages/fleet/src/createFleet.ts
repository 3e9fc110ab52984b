/**
 * A fleet: replicas of one service that share their watches of evaluations.
 *
 * 1. An evaluation is polled by one replica, however many replicas and programs follow it; its shard is the unit that moves.
 * 2. A replica that dies is replaced within a lease; its successor goes on from the feed's own position, so that followers receive
 *    nothing twice and miss nothing.
 * 3. Shards are spread evenly and stay where they are, but for what has to move when replicas come and go.
 * 4. All replicas together keep to one budget of requests.
 * 5. A write of any replica's client is shown by all of them.
 */
import { gatedWatches } from "@evalwire/core/feed";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import { checkIs, checkWhole } from "./engine/checkIs.ts";
import { checkOptions } from "./engine/checkOptions.ts";
import { deadConfig, electConfig } from "./engine/configs.ts";
import { connectEngine } from "./engine/Engine.ts";
import { Failures } from "./engine/Failures.ts";
import { FleetError } from "./engine/FleetError.ts";
import { inWords } from "./engine/inWords.ts";
import { millisOf } from "./engine/millisOf.ts";
import { Names, randomName } from "./engine/Names.ts";
import { checkStore, defaultName, replicasOf, storeNames } from "./engine/StoreOptions.ts";
import { ensureStream } from "./engine/Streams.ts";
import { Time } from "./engine/Time.ts";
import type { Fleet, FleetOptions } from "./Fleet.ts";
import { Objects } from "./log/Objects.ts";
import { agree, charterOf, formatProblem, restore } from "./membership/Charter.ts";
import { Formats } from "./membership/Formats.ts";
import { Members } from "./membership/Members.ts";
import { defaults, type Settings } from "./membership/Settings.ts";
import { Replica } from "./Replica.ts";

const optionNames: Record<keyof FleetOptions, true> = {
  ...storeNames,
  client: true,
  shards: true,
  lease: true,
  beat: true,
  requestsPerMinute: true,
  polling: true,
  retention: true,
  snapshotEvery: true,
  member: true,
  clock: true,
  seed: true,
};
/** The options that this replica says of itself. */
const settingsOf = (
  { requestsPerMinute, snapshotEvery, beat, polling, retention: { age, bytesPerShard } = {} }: FleetOptions,
  lease: number,
): Settings => {
  const given = {
    requestsPerMinute,
    snapshotEvery,
    beat: beat === undefined ? undefined : millisOf(beat, "beat", 10),
    polling: polling === undefined ? undefined : Object.fromEntries(Object.entries(polling).sort()),
    retention:
      age === undefined && bytesPerShard === undefined
        ? undefined
        : { ...(age === undefined ? {} : { age: millisOf(age, "retention.age", 1_000) }), bytesPerShard },
  };
  const isOwn = ([option, value]: readonly [string, unknown]) =>
    value !== undefined && value !== defaults[option as keyof typeof defaults];
  return { lease, ...Object.fromEntries(Object.entries(given).filter(isOwn)) };
};

const retentionNames: Record<keyof NonNullable<FleetOptions["retention"]>, true> = { age: true, bytesPerShard: true };

/** Throws a `FleetError` at options that cannot be, before anything is asked of JetStream. */
const checkFleet = (options: FleetOptions): void => {
  const who = "createFleet";
  const { client, retention = {}, snapshotEvery, member, clock } = options;
  checkStore(who, options);
  checkIs(typeof client?.takeOnceHooks === "function", who, "client", "an SGPClient", client ?? null);
  if (retention.age !== undefined) millisOf(retention.age, "retention.age", 1_000);
  checkWhole(who, "retention.bytesPerShard", retention.bytesPerShard, 1);
  checkWhole(who, "snapshotEvery", snapshotEvery, 1);
  checkIs(typeof member === "string" && member !== "", who, "member", "a text that is not empty", member);
  checkIs(typeof clock?.sleep === "function", who, "clock", "an Effect Clock", clock);
};

/** The pause before a deleted stream is made again. */
const remakeMillis = 250;

/**
 * Joins a fleet, or begins it. Rejects with a `FleetError`: no server, wrong credentials, no JetStream, a stream of another shape, replicas
 * of another account.
 *
 * ```ts
 * const fleet = await createFleet({ servers: "nats://n1.example.org:4222", client: new SGPClient() });
 * await using watch = fleet.watch("e1");
 * for await (const event of watch) console.log(event.type);
 * ```
 */
export const createFleet = (options: FleetOptions): Promise<Fleet> => joinFleet(options, new Formats());

/** The same, as a version of the program that knows these formats of the feed. */
export const joinFleet = async (given: FleetOptions, formats: Formats): Promise<Fleet> => {
  checkOptions("createFleet", given, optionNames);
  checkOptions("createFleet: retention", given.retention ?? {}, retentionNames);
  checkFleet(given);
  const { client, name = defaultName, shards = 16, requestsPerMinute = defaults.requestsPerMinute } = given;
  const names = new Names(name, shards);
  const leaseMillis = millisOf(given.lease ?? "500 millis", "lease", 100);
  millisOf(given.beat ?? defaults.beat, "beat", 10);
  if (!Number.isFinite(requestsPerMinute) || requestsPerMinute < 6)
    throw new FleetError("Invalid", `requestsPerMinute is a number of at least 6, not ${requestsPerMinute}.`);
  // Refuse invalid options now, not when a watch is opened.
  gatedWatches(client, { admit: async () => undefined, refused: () => undefined }).v4("any", given.polling);
  const time = new Time(given.clock ?? Context.get(client.services as Context.Context<never>, Clock.Clock));
  const failures = new Failures(given.onFailure, `fleet ${name}`, time);
  const onFailure = failures.report;
  const options: FleetOptions = { ...given, onFailure };
  const engine = await connectEngine(options, time);
  const replicas = replicasOf(options, engine);
  const id = randomName();
  let replica: Replica | undefined;
  let isUnfit = false;
  const settings = settingsOf(given, leaseMillis);
  const facts = () => ({ name: options.member ?? id, formats: formats.facts, settings, ...replica?.facts() });
  try {
    await ensureStream(engine, electConfig(names, replicas), time);
    await ensureStream(engine, deadConfig(names, replicas), time);
    await agree(engine, names, charterOf(client, shards), formats, time);
    const objects = await Objects.open(engine, names.snapshots, replicas, time);
    const restoreEpochs = async () => {
      // Its server may still be removing the old one.
      await time.sleep(remakeMillis);
      await ensureStream(engine, electConfig(names, replicas), time);
      await restore(engine, names, charterOf(client, shards), formats);
    };
    const members = new Members({ engine, names, time, id, facts, leaseMillis, restore: restoreEpochs, onFailure });
    await members.start();
    // Those who were there know of this replica now: what the fleet has gone on to before they did is seen here.
    await agree(engine, names, charterOf(client, shards), formats, time);
    members.onChange(() => {
      const newest = Math.max(...members.list().map(({ facts: said }) => said.formats.current));
      if (newest <= formats.current || isUnfit) return;
      const problem = formatProblem(name, newest, formats);
      if (problem === undefined) formats.current = newest;
      else {
        isUnfit = true;
        onFailure(problem);
        replica?.drain().catch(onFailure);
      }
    });
    const once = await client.takeOnceHooks();
    replica = new Replica(options, {
      engine,
      names,
      members,
      objects,
      formats,
      time,
      perMinute: requestsPerMinute,
      replicas,
      once,
      failures,
    });
    return replica;
  } catch (error) {
    await engine.close();
    throw inWords(error, `fleet ${name}`);
  }
};
