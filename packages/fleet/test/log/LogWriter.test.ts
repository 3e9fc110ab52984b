import { Fenced } from "@evalwire/core/feed";
import { JetStreamApiError } from "@nats-io/jetstream";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { logConfig } from "../../src/engine/configs.ts";
import type { Engine } from "../../src/engine/Engine.ts";
import { errorCodes } from "../../src/engine/errorCodes.ts";
import { Names } from "../../src/engine/Names.ts";
import { ensureStream } from "../../src/engine/Streams.ts";
import { Time } from "../../src/engine/Time.ts";
import { LogWriter } from "../../src/log/LogWriter.ts";
import { type Bed, bed, unique, writerOf } from "../bed.ts";
import { Nats, withNats } from "../nats.ts";

for (const nodes of [1, 3] as const) {
  withNats(`A shard's log on ${nodes} ${nodes === 1 ? "node" : "nodes"}`, () => {
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

    const subject = () => on.names.log(0, unique());

    /** Everything stored under a subject, in the order of the log. */
    const stored = async (of: string): Promise<ReadonlyArray<{ readonly text: string; readonly epoch: number }>> => {
      const all: Array<{ readonly text: string; readonly epoch: number }> = [];
      const { state } = await on.engine.jsm.streams.info(on.stream, { subjects_filter: of });
      const count = state.subjects?.[of] ?? 0;
      if (count === 0) return all;
      const consumer = await on.engine.js.consumers.get(on.stream, { filter_subjects: of });
      const messages = await consumer.consume();
      for await (const message of messages) {
        all.push({ text: message.string(), epoch: Number(message.headers?.get("Nats-Msg-Id").split(".")[0]) });
        if (all.length === count) break;
      }
      await messages.close();
      return all;
    };

    it("of six writers in six epochs only the last one's writes are taken in the end, and none of an earlier one after it", async () => {
      const of = subject();
      const accepted: Array<string> = [];
      const refused: Array<unknown> = [];
      const writers = Array.from({ length: 6 }, () => writerOf(on, ++epoch));
      const work = writers.map(async (writer, index) => {
        const writes = Array.from({ length: 40 }, (_, n) =>
          writer.write(of, `${index}.${n}`).then(
            () => accepted.push(`${index}.${n}`),
            (error: unknown) => refused.push(error),
          ),
        );
        await Promise.all(writes);
      });
      await Promise.all(work);
      const found = await stored(of);
      const epochs = found.map((each) => each.epoch);
      expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
      expect(new Set(found.map(({ text }) => text)).size).toBe(found.length);
      expect(found.map(({ text }) => text)).toEqual(expect.arrayContaining(accepted));
      expect(accepted.filter((text) => text.startsWith("5."))).toHaveLength(40);
      for (const error of refused) expect(error).toBeInstanceOf(Fenced);
      for (const writer of writers) writer.close();
    });

    it("a writer stopped past its lease writes nothing after its successor", async () => {
      const of = subject();
      const old = writerOf(on, ++epoch);
      await old.write(of, "old 1");
      const next = writerOf(on, ++epoch);
      await next.write(of, "new 1");
      const late = Array.from({ length: 20 }, (_, n) => old.write(of, `late ${n}`).catch((error: unknown) => error));
      for (const error of await Promise.all(late)) expect(error).toMatchObject({ name: "Fenced", epoch });
      await next.write(of, "new 2");
      expect((await stored(of)).map(({ text }) => text)).toEqual(["old 1", "new 1", "new 2"]);
      next.close();
    });

    it("each write is stored once and in order, although answers are lost and writes are stored late", async () => {
      const fates = fc.array(fc.constantFrom("lost", "unsent", "kept", "kept", "kept"), {
        minLength: 5,
        maxLength: 40,
      });
      await fc.assert(
        fc.asyncProperty(fates, async (all) => {
          const of = subject();
          const left = [...all];
          const js: Engine["js"] = Object.create(on.engine.js);
          js.publish = async (...args: Parameters<Engine["js"]["publish"]>) => {
            const fate = left.shift() ?? "kept";
            const timeout = Object.assign(new Error("no answer"), { name: "TimeoutError" });
            if (fate === "unsent") throw timeout;
            const ack = await on.engine.js.publish(...args);
            if (fate === "lost") throw timeout;
            return ack;
          };
          const writer = new LogWriter({
            engine: { js, jsm: on.engine.jsm },
            stream: on.stream,
            created: on.created,
            epoch: ++epoch,
            writer: unique(),
            time: new Time(),
            onFailure: () => undefined,
          });
          const texts = Array.from({ length: 30 }, (_, n) => `${n}`);
          const sequences = await Promise.all(texts.map((text) => writer.write(of, text)));
          expect((await stored(of)).map(({ text }) => text)).toEqual(texts);
          expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index));
          writer.close();
        }),
        { numRuns: nodes === 1 ? 20 : 8 },
      );
    });

    it("goes on after the log's leader has changed under it, with nothing lost, doubled or out of order", async () => {
      const of = subject();
      const writer = writerOf(on, ++epoch);
      const texts = Array.from({ length: 400 }, (_, n) => `${n}`);
      const writes: Array<Promise<number>> = [];
      for (const [index, text] of texts.entries()) {
        writes.push(writer.write(of, text));
        if (index % 20 === 0) await writes.at(-1);
        if (index === 200 && nodes > 1) await on.engine.nc.request(`$JS.API.STREAM.LEADER.STEPDOWN.${on.stream}`, "");
      }
      await Promise.all(writes);
      expect((await stored(of)).map(({ text }) => text)).toEqual(texts);
      writer.close();
    });

    it("a log that has lost what it had confirmed ends its writer: what was read of it is not written again in the same epoch", async () => {
      const own = await bed(nats.servers, nodes);
      const of = own.names.log(0, "k");
      const { engine, stream } = own;
      let lost = 0;
      const streams = Object.assign(Object.create(engine.jsm.streams) as typeof engine.jsm.streams, {
        info: async (name: string) => {
          const { state, ...info } = await engine.jsm.streams.info(name);
          return { ...info, state: { ...state, last_seq: state.last_seq - lost } };
        },
      });
      const publish: typeof engine.js.publish = (subject, body, options) => {
        if (lost > 0)
          throw new JetStreamApiError({ code: 400, err_code: errorCodes.wrongLastId, description: "wrong last id" });
        return engine.js.publish(subject, body, options);
      };
      const js = Object.assign(Object.create(engine.js) as typeof engine.js, { publish });
      const jsm = Object.assign(Object.create(engine.jsm) as typeof engine.jsm, { streams });
      const writer = writerOf({ ...own, engine: { ...engine, js, jsm } }, 1);
      for (const text of ["one", "two", "three"]) await writer.write(of, text);
      lost = 2;
      await expect(writer.write(of, "four")).rejects.toMatchObject({ name: "Fenced", epoch: 1 });
      expect((await engine.jsm.streams.info(stream)).state.messages).toBe(3);
      await engine.close();
    });

    it("a log that was deleted and recreated is another one: its writer is over, and leaves nothing in it", async () => {
      const names = new Names(`t${unique()}`, 1);
      const config = logConfig(names, 0, { replicas: nodes });
      const { created } = await ensureStream(on.engine, config);
      const stream = names.logStream(0);
      const writer = new LogWriter({
        engine: on.engine,
        stream,
        created: String(created),
        epoch: 1,
        writer: unique(),
        time: new Time(),
        onFailure: () => undefined,
      });
      await writer.write(names.log(0, "k"), "the beginning");
      await on.engine.jsm.streams.delete(stream);
      await ensureStream(on.engine, config);
      await expect(writer.write(names.log(0, "k"), "what follows it")).rejects.toMatchObject({ name: "Fenced" });
      expect((await on.engine.jsm.streams.info(stream)).state.messages).toBe(0);
    });
  });
}
