/** The entries of an evaluation behind its snapshot are read although the node of the consumer has died. */
import { SimulatedClock } from "@evalwire/core/testing";
import { JetStreamApiError } from "@nats-io/jetstream";
import { describe, expect, it } from "vitest";
import { errorCodes } from "../../src/engine/errorCodes.ts";
import { Names } from "../../src/engine/Names.ts";
import { Time } from "../../src/engine/Time.ts";
import { LogReader } from "../../src/log/LogReader.ts";
import { Formats } from "../../src/membership/Formats.ts";

const names = new Names("test", 1);
const key = names.keyOf("e1", "v4");
const subject = names.log(0, key);
const body = (seq: number) => new Uint8Array([seq]);
const never = new Promise<never>(() => undefined);

/** A log with messages at these sequences, whose consumer brings so many of them and then nothing. */
const silentAfter = (count: number, sequences: ReadonlyArray<number>) => {
  const stored = (seq: number) => ({ seq, subject, data: body(seq), header: undefined });
  const left = (seq: number) => sequences.filter((each) => each > seq).length;
  const messages = async function* () {
    for (const seq of sequences.slice(0, count)) yield { ...stored(seq), info: { pending: left(seq) } };
    await never;
  };
  const consumer = {
    info: async () => ({ num_pending: sequences.length }),
    consume: async () => Object.assign(messages(), { close: () => never }),
    delete: async () => true,
  };
  const getMessage = async (_: string, { seq: from }: { readonly seq: number }) => {
    const seq = sequences.find((each) => each >= from);
    return seq === undefined ? null : stored(seq);
  };
  return { js: { consumers: { get: async () => consumer } }, jsm: { streams: { getMessage } } };
};

const reading = (engine: object, onFailure: (error: unknown) => void = (error) => expect.fail(String(error))) => {
  const clock = new SimulatedClock();
  const time = new Time(clock);
  const reader = new LogReader({ engine: engine as never, names, shard: 0, formats: new Formats(), time, onFailure });
  return { clock, reader };
};

describe("Reading a log", () => {
  it.for([0, 1, 3, 4])("goes on by requests where the consumer falls silent after %d messages", async (count) => {
    const { clock, reader } = reading(silentAfter(count, [3, 4, 7, 9, 12]));
    const read = reader.read(key, 3, 9);
    await clock.advance(10_000);
    const found = await read;
    expect(found.map(({ sequence, body: bytes }) => [sequence, ...bytes])).toEqual([3, 4, 7, 9].map((n) => [n, n]));
  });

  it("fails where the stream is gone", async () => {
    const gone = new JetStreamApiError({
      code: 404,
      err_code: errorCodes.streamNotFound,
      description: "stream not found",
    });
    const { reader } = reading({ js: { consumers: { get: () => Promise.reject(gone) } } });
    await expect(reader.read(key, 1, 2)).rejects.toThrow("stream not found");
  });
});

/** A log that ends at a sequence, whose next messages are given by hand. */
const growing = (last: number) => {
  let take: (message: object) => void = () => undefined;
  const messages = {
    closed: () => never,
    close: async () => undefined,
    status: async function* () {},
    getReceived: () => 0,
    getPending: () => 1,
  };
  const consume = async ({ callback }: { readonly callback: typeof take }) => {
    take = callback;
    return messages;
  };
  const give = (seq: number, id: string) => {
    const headers = { get: (name: string) => (name === "Nats-Msg-Id" ? id : "") };
    take({ seq, subject, data: body(seq), headers });
  };
  const info = async () => ({ state: { last_seq: last, messages: last }, created: "2030-01-01" });
  const stored = { seq: last, id: "3.0.a" };
  const getMessage = async () => ({
    seq: stored.seq,
    subject,
    data: body(stored.seq),
    header: { get: () => stored.id },
  });
  const engine = {
    nc: { subscribe: () => ({ unsubscribe: () => undefined }) },
    js: { consumers: { get: async () => ({ consume }) } },
    jsm: { streams: { info, getMessage } },
    isConnected: () => true,
  };
  return { engine, give, stored };
};

describe("The end of a log as it grows", () => {
  const heard = async () => {
    const { engine, give, stored } = growing(10);
    const failures: Array<string> = [];
    const { reader } = reading(engine, (error) => void failures.push((error as Error).message));
    const got: Array<number> = [];
    const ends: Array<number> = [];
    reader.listen(key, {
      message: ({ sequence }) => got.push(sequence),
      beat: () => undefined,
      end: () => ends.push(got.length),
    });
    await reader.ready();
    return { give, got, ends, reader, stored, failures };
  };

  it("takes a message once, also where two readings bring it", async () => {
    const { give, got, ends } = await heard();
    for (const [seq, id] of [
      [11, "3.1.a"],
      [12, "3.2.a"],
      [11, "3.1.a"],
      [12, "3.2.a"],
      [13, "4.1.b"],
      [12, "3.2.a"],
    ] as const)
      give(seq, id);
    expect(got).toEqual([11, 12, 13]);
    expect(ends).toEqual([]);
  });

  it("is not given again by a consumer on a node that is behind", async () => {
    const { give, got } = await heard();
    for (const [seq, id] of [
      [9, "2.8.a"],
      [10, "3.0.a"],
      [11, "3.1.a"],
    ] as const)
      give(seq, id);
    expect(got).toEqual([11]);
  });

  it("is given from where a later epoch goes on, also at sequences that were read: the log has lost its end", async () => {
    const { give, got, ends } = await heard();
    for (const [seq, id] of [
      [11, "3.1.a"],
      [12, "3.2.a"],
      [13, "3.3.a"],
      [12, "4.1.b"],
      [12, "3.2.a"],
      // From a node that does not know it yet.
      [13, "3.3.a"],
      [14, "3.4.a"],
      [13, "4.2.b"],
      [13, "4.2.b"],
      [14, "4.3.b"],
    ] as const)
      give(seq, id);
    expect(got).toEqual([11, 12, 13, 12, 13, 14]);
    expect(ends).toEqual([]);
  });

  it("is read again where the leader has a later epoch at a sequence that was read: the consumer waits beyond the end", async () => {
    const { give, ends, reader, stored, failures } = await heard();
    give(11, "3.1.a");
    give(12, "3.2.a");
    Object.assign(stored, { seq: 12, id: "3.2.a" });
    expect((await reader.last(key))?.sequence).toBe(12);
    expect([ends, failures, reader.isAtWork]).toEqual([[], [], true]);
    Object.assign(stored, { seq: 8, id: "4.2.b" });
    expect((await reader.last(key))?.sequence).toBe(8);
    expect([ends, failures, reader.isAtWork]).toEqual([[2], ["The log of shard 0 has lost its end."], false]);
  });
});
