/** A reader's knowledge of a shard's evaluations between entries, also where messages are lost. */
import type { BeatEntry } from "@evalwire/core/feed";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HeardPulses } from "../../src/log/HeardPulses.ts";
import { isExpected, isPulse, movedOn, type PulseMessage } from "../../src/log/Pulse.ts";
import { Pulses } from "../../src/log/Pulses.ts";
import { Formats } from "../../src/membership/Formats.ts";
import { HandTime } from "../HandTime.ts";

const periodMillis = 2_500;
const beatMillis = 2 * periodMillis;

/** A publisher's evaluations, and what one reader hears of them. */
class Shard {
  readonly time = new HandTime();
  readonly reader = new HeardPulses(new Formats(), this.time);
  readonly sent: Array<{ readonly at: number; readonly bytes: number; readonly beats: number }> = [];
  isCut = false;
  readonly #evaluations = new Map<string, { number: number; scans: number; errorMillis: number; stop: () => void }>();
  readonly pulses: Pulses;

  constructor() {
    const publish = (_: string, text: string) => {
      const value: unknown = JSON.parse(text);
      if (!isPulse(value)) throw new Error(`no pulse: ${text}`);
      this.sent.push({ at: this.time.now(), bytes: text.length, beats: Object.keys(value.beats).length });
      if (!this.isCut) this.#hear(value);
    };
    this.pulses = new Pulses({
      nc: { isClosed: () => false, publish: publish as never },
      subject: "pulse",
      epoch: 1,
      created: "2030-01-01T00:00:00Z",
      periodMillis,
      formats: new Formats(),
      time: this.time,
    });
  }

  #hear(message: PulseMessage): void {
    if (this.reader.take(message) === false) this.pulses.sayAll();
  }

  begin(key: string): void {
    if (this.#evaluations.has(key)) return;
    const evaluation = { number: 1, scans: 0, errorMillis: 500, stop: () => undefined as void };
    this.#evaluations.set(key, evaluation);
    const beat = () => {
      this.pulses.add(key, this.beatOf(key)!);
      evaluation.stop = this.time.after(periodMillis, beat);
    };
    beat();
  }

  end(key: string): void {
    this.stick(key);
    this.#evaluations.delete(key);
    this.pulses.drop(key);
  }

  /** It says nothing any more, without being closed. */
  stick(key: string): void {
    this.#evaluations.get(key)?.stop();
  }

  change(key: string, by: { readonly number: number; readonly scans: number; readonly errorMillis: number }): void {
    const evaluation = this.#evaluations.get(key);
    if (evaluation === undefined) return;
    evaluation.number += by.number;
    evaluation.scans += by.scans;
    evaluation.errorMillis = by.errorMillis;
  }

  /** The beat that an evaluation would say now. */
  beatOf(key: string): BeatEntry | undefined {
    const evaluation = this.#evaluations.get(key);
    if (evaluation === undefined) return undefined;
    const { number, scans, errorMillis } = evaluation;
    const serverTime = Math.round(this.time.wall() + 7_000 - errorMillis);
    const mark = { generation: "g", epoch: 1, number, base: 0 };
    const head = { kind: "beat" as const, format: 1 as const, time: new Date(this.time.wall()).toISOString() };
    return { ...head, ...mark, beatMillis, serverTime, errorMillis, scans };
  }

  get keys(): ReadonlyArray<string> {
    return [...this.#evaluations.keys()];
  }
}

const key = fc.constantFrom("a", "b", "c", "d");
const by = fc.record({ number: fc.nat({ max: 2 }), scans: fc.nat({ max: 1 }), errorMillis: fc.nat({ max: 900 }) });
type Act = (shard: Shard) => void;
const act: fc.Arbitrary<Act> = fc.oneof(
  key.map(
    (each): Act =>
      (shard) =>
        shard.begin(each),
  ),
  key.map(
    (each): Act =>
      (shard) =>
        shard.end(each),
  ),
  fc.tuple(key, by).map(
    ([each, change]): Act =>
      (shard) =>
        shard.change(each, change),
  ),
  fc.boolean().map(
    (isCut): Act =>
      (shard) => {
        shard.isCut = isCut;
      },
  ),
  fc.integer({ min: 1, max: 9_000 }).map(
    (millis): Act =>
      (shard) =>
        shard.time.advance(millis),
  ),
);

describe("Pulses of a shard", () => {
  it("a reader never claims a time that its publisher would not, nor news that are not there", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const shard = new Shard();
        for (const each of acts) {
          each(shard);
          for (const one of shard.keys) {
            const known = shard.reader.of(one)?.entry;
            const real = shard.beatOf(one)!;
            if (known?.serverTime == null) continue;
            expect(known.number).toBeLessThanOrEqual(real.number);
            // The server's time in this world, to a millisecond.
            const server = shard.time.wall() + 7_000;
            expect(known.serverTime).toBeLessThanOrEqual(server + 1);
            expect(known.serverTime + 2 * known.errorMillis!).toBeGreaterThanOrEqual(server - 1);
          }
        }
      }),
    );
  });

  it("a reader that is connected knows all of them a beat later, and none that has ended or is stuck", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), fc.option(key), (acts, stuck) => {
        const shard = new Shard();
        for (const each of acts) each(shard);
        shard.isCut = false;
        if (stuck !== null) shard.stick(stuck);
        shard.time.advance(2 * beatMillis);
        for (const one of ["a", "b", "c", "d"]) {
          const heard = shard.reader.of(one);
          const isSaid = shard.keys.includes(one) && one !== stuck;
          expect([one, heard?.isFresh === true]).toEqual([one, isSaid]);
          if (!isSaid) continue;
          const real = shard.beatOf(one)!;
          const { number, scans, generation, serverTime } = heard!.entry;
          expect({ number, scans, generation }).toEqual({
            number: real.number,
            scans: real.scans,
            generation: real.generation,
          });
          expect(real.serverTime! - serverTime!).toBeLessThan(150);
        }
      }),
    );
  });

  it("a beat that is expected is one that claims no less and hardly more", () => {
    const beat = fc.record({
      kind: fc.constant("beat" as const),
      format: fc.constant(1 as const),
      generation: fc.constantFrom("g", "h"),
      ...{ epoch: fc.constant(1), number: fc.nat({ max: 2 }), base: fc.constant(0), scans: fc.nat({ max: 1 }) },
      ...{ time: fc.constant("2030-01-01T00:00:00.000Z"), beatMillis: fc.constant(5_000) },
      serverTime: fc.option(fc.nat({ max: 300 })),
      errorMillis: fc.nat({ max: 300 }),
    });
    fc.assert(
      fc.property(beat, beat, fc.nat({ max: 60_000 }), (a, b, millis) => {
        expect(isExpected(a, a)).toBe(true);
        const later = movedOn(a, millis);
        if (a.serverTime !== null) {
          expect(later.serverTime!).toBeLessThanOrEqual(a.serverTime + millis);
          expect(later.serverTime! + 2 * later.errorMillis!).toBeGreaterThanOrEqual(
            a.serverTime + 2 * a.errorMillis + millis - 1,
          );
        }
        if (!isExpected(a, b)) return;
        expect([a.generation, a.number]).toEqual([b.generation, b.number]);
        if (a.serverTime === null || b.serverTime === null) return expect(a.serverTime).toBe(b.serverTime);
        expect(a.serverTime).toBeLessThanOrEqual(b.serverTime);
        expect(a.serverTime + 2 * a.errorMillis).toBeGreaterThanOrEqual(b.serverTime + 2 * b.errorMillis);
      }),
    );
  });

  it("quiet evaluations cost one message a period, of the same size for one and for three hundred", () => {
    const quiet = (count: number) => {
      const shard = new Shard();
      for (let index = 0; index < count; index++) {
        shard.begin(`e${index}`);
        shard.time.advance((2 * periodMillis) / count);
      }
      shard.time.advance(4 * periodMillis);
      const before = shard.sent.length;
      shard.time.advance(40 * periodMillis);
      const sent = shard.sent.slice(before);
      return { messages: sent.length, bytes: sent.reduce((sum, { bytes }) => sum + bytes, 0) };
    };
    const one = quiet(1);
    const many = quiet(300);
    expect(one.messages).toBeGreaterThanOrEqual(39);
    expect(many.messages).toBeLessThanOrEqual(41);
    expect(many.bytes / one.bytes).toBeLessThan(1.05);
  });

  it("what an evaluation says of the server's time first does not wait for the end of a period", () => {
    const shard = new Shard();
    shard.begin("a");
    shard.time.advance(3 * periodMillis);
    const began = shard.time.now();
    shard.begin("b");
    shard.time.advance(periodMillis / 4);
    expect(shard.reader.of("b")?.isFresh).toBe(true);
    expect(shard.time.now() - began).toBeLessThan(periodMillis / 3);
  });
});
