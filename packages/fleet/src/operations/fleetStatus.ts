/** The status of a fleet, read without joining it. */
import { createInbox } from "@nats-io/nats-core";
import { checkOptions } from "../engine/checkOptions.ts";
import { connectEngine, type EngineOptions, engineNames } from "../engine/Engine.ts";
import { inWords } from "../engine/inWords.ts";
import { Names } from "../engine/Names.ts";
import { patiently } from "../engine/patiently.ts";
import { defaultName } from "../engine/StoreOptions.ts";
import { Time } from "../engine/Time.ts";
import type { MemberFacts } from "../membership/Members.ts";
import { differencesOf, sayDifference } from "../membership/Settings.ts";
import type { FleetHealth } from "./Health.ts";
import { notesOn } from "./notesOn.ts";

export interface FleetOverview {
  readonly name: string;
  readonly server: { readonly version: string; readonly isClustered: boolean; readonly notes: ReadonlyArray<string> };
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
  readonly logs: ReadonlyArray<{
    readonly stream: string;
    readonly messages: number;
    readonly bytes: number;
    readonly lastSequence: number;
  }>;
  readonly consumers: ReadonlyArray<{
    readonly name: string;
    readonly pending: number;
    readonly unacknowledged: number;
    readonly redelivered: number;
  }>;
  readonly queue: { readonly jobs: number; readonly results: number };
  readonly deadLetters: number;
}

/** @param listenMillis for how long beats are listened to. Default 1,000. */
export const fleetStatus = async (
  options: EngineOptions & { readonly name?: string; readonly listenMillis?: number },
): Promise<FleetOverview> => {
  checkOptions("fleetStatus", options, { ...engineNames, name: true, listenMillis: true });
  const { name = defaultName, listenMillis = 1_000 } = options;
  const names = new Names(name, 1);
  const time = new Time();
  const engine = await connectEngine(options, time);
  try {
    const members = new Map<string, Omit<FleetOverview["members"][number], "health">>();
    const healths = new Map<string, FleetHealth>();
    const inbox = createInbox();
    engine.nc.subscribe(inbox, {
      callback: (error, message) => {
        // No listener: an empty message says so.
        if (error !== null || message.data.length === 0) return;
        const health = message.json<FleetHealth>();
        healths.set(health.member, health);
      },
    });
    engine.nc.publish(names.health, "", { reply: inbox });
    engine.nc.subscribe(names.beat, {
      callback: (error, message) => {
        if (error !== null) return;
        const { member, offices, facts, isLeaving } = message.json<{
          member: string;
          offices: Record<string, number>;
          facts: MemberFacts;
          isLeaving?: true;
        }>();
        if (isLeaving) members.delete(member);
        else members.set(member, { id: member, facts, offices });
      },
    });
    await time.sleep(listenMillis);
    const logs: Array<FleetOverview["logs"][number]> = [];
    const consumers = new Map<string, { name: string; pending: number; unacknowledged: number; redelivered: number }>();
    const counts = { jobs: 0, results: 0, dead: 0 };
    await patiently(time, async () => {
      logs.length = 0;
      consumers.clear();
      for await (const { config, state } of engine.jsm.streams.list(`${names.prefix}.>`)) {
        if (config.name === names.jobStream) counts.jobs = state.messages;
        if (config.name === names.resultStream) counts.results = state.messages;
        if (config.name === names.deadStream) counts.dead = state.messages;
        if (!config.name.startsWith(names.logStream(0).replace(/0$/, ""))) continue;
        logs.push({ stream: config.name, messages: state.messages, bytes: state.bytes, lastSequence: state.last_seq });
        for await (const info of engine.jsm.consumers.list(config.name)) {
          const known = info.config.durable_name;
          if (known === undefined) continue;
          const sum = consumers.get(known) ?? { name: known, pending: 0, unacknowledged: 0, redelivered: 0 };
          sum.pending += info.num_pending;
          sum.unacknowledged += info.num_ack_pending;
          sum.redelivered += info.num_redelivered;
          consumers.set(known, sum);
        }
      }
    });
    const { version, isClustered } = engine;
    return {
      name,
      server: { version, isClustered, notes: notesOn(version, isClustered) },
      members: [...members.values()].map((each) => ({ ...each, health: healths.get(each.id) })),
      differences: differencesOf([...members.values()].map(({ facts }) => facts)).map(sayDifference),
      logs,
      consumers: [...consumers.values()],
      queue: { jobs: counts.jobs, results: counts.results },
      deadLetters: counts.dead,
    };
  } catch (error) {
    throw inWords(error, `fleet ${name}`);
  } finally {
    await engine.close();
  }
};
