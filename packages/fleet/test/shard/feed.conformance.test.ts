/** The feed in a shard's log, held to what every feed promises, on one node and on three. */
import { lead, MemoryElection } from "@evalwire/core/feed";
import { afterAll, beforeAll } from "vitest";
// @boundaries-ignore the suite that every feed passes stands with the port it is of
import { beatMillis, type Carrier, conforms } from "../../../core/test/feed/Feed.conformance.ts";
import type { LogWriter } from "../../src/log/LogWriter.ts";
import { Pulses } from "../../src/log/Pulses.ts";
import { feedSource, ShardSink } from "../../src/shard/ShardFeed.ts";
import { type Bed, bed, depsOf, unique, writerOf } from "../bed.ts";
import { Nats, withNats } from "../nats.ts";

for (const nodes of [1, 3] as const) {
  withNats(`JetStream on ${nodes} ${nodes === 1 ? "node" : "nodes"}`, () => {
    let nats: Nats;
    let on: Bed;
    let epoch = 0;
    beforeAll(async () => {
      nats = await Nats.start(nodes);
      on = await bed(nats.servers, nodes);
    });
    afterAll(async () => {
      await on.engine.close();
      await nats.stop();
    });

    const carrier = ({ clock }: Parameters<Parameters<typeof conforms>[1]>[0]): Carrier => {
      const key = unique();
      const sinks: Array<ShardSink> = [];
      let pulses: Pulses | undefined;
      const deps = depsOf(on, clock, {
        track: (work) => clock.track(work),
        onHole: () => {
          for (const sink of sinks) sink.wantSnapshot();
        },
        onMissed: () => pulses?.sayAll(),
      });
      const { reader } = deps;
      const election = new MemoryElection();
      const writers: Array<LogWriter> = [];
      const first = ++epoch;
      epoch += 50;
      return {
        lead: (open) => {
          let isDead = false;
          let sink: ShardSink | undefined;
          const silent = () => new Promise<never>(() => undefined);
          const candidacy = lead({
            election: {
              campaign: async (signal) => {
                const term = await election.campaign(signal);
                const own = first + term.epoch;
                const writer = writerOf(on, own, clock);
                writers.push(writer);
                const { time, formats } = deps;
                const facts = { epoch: own, created: on.created, periodMillis: 0, formats, time };
                const spoken = new Pulses({ nc: on.engine.nc, subject: on.names.pulse(0), ...facts });
                pulses = spoken;
                sink = new ShardSink(deps, "e1", key, writer, spoken, beatMillis);
                sinks.push(sink);
                await clock.track(writer.write(on.names.log(0, "opening"), ""));
                return { epoch: own, lost: term.lost, resign: () => term.resign() };
              },
            },
            sink: {
              evaluationId: "e1",
              tail: () => clock.track(sink!.tail()),
              append: async (entry, state) => {
                if (isDead) return silent();
                const written = sink!.append(entry, state);
                // Socket work takes no time of the clock.
                await clock.track(
                  (async () => {
                    await written;
                    await on.engine.nc.flush();
                    if (!reader.isAtWork) return;
                    const { state: end } = await on.engine.jsm.streams.info(on.stream);
                    await reader.reached(end.last_seq);
                  })(),
                );
              },
            },
            open,
            clock,
            seed: 1,
            beat: beatMillis,
          });
          return {
            close: () => candidacy.close(),
            kill: () => {
              isDead = true;
              pulses = undefined;
              election.depose({ isSilent: true });
            },
          };
        },
        source: () => {
          const source = feedSource(deps, "e1", key);
          return { evaluationId: "e1", open: (from, receiver) => source.open(from, receiver) };
        },
        trim: () => void clock.track(on.engine.jsm.streams.purge(on.stream, { filter: on.names.log(0, key), keep: 1 })),
        close: async () => {
          for (const writer of writers) writer.close();
          await reader.close();
        },
      };
    };

    conforms(`A feed on ${nodes}`, carrier, nodes === 1 ? 0.5 : 0.25);
  });
}
