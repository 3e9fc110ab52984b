/** Written entries can be read again, and damaged ones are refused with a sentence. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decode,
  type Entry,
  encode,
  FeedFormatError,
  type Mark,
  type NewsEntry,
  placeOf,
} from "../../src/feed/Entry.ts";
import { Ledger } from "../../src/feed/Ledger.ts";
import * as Cursor from "../../src/watch/cursor/Cursor.ts";
import { tasks } from "../watch/rows.ts";

const head = { format: 1, generation: "g", epoch: 1, base: 0, time: "2030-01-01T00:00:00.000Z" } as const;
const pulse = { beatMillis: 5_000, serverTime: 1_893_456_000_000, errorMillis: 501, scans: 2 };

const news: fc.Arbitrary<NewsEntry> = tasks.map((rows) => ({
  kind: "news",
  ...head,
  number: 1,
  news: Array.from(rows.values(), (row) => ({
    row: Cursor.cellsOf(row),
    events: [{ type: "task.added" as const, id: `task.added:${row.id}`, gap: false }],
  })),
}));

const ledgerOf = (rows: NewsEntry): Ledger => {
  const capabilities = { assignments: true, deadlines: true, pointReads: true };
  const ledger = new Ledger({ evaluationId: "e1", generation: "g", capabilities, time: head.time });
  ledger.take(rows);
  return ledger;
};

const entries: fc.Arbitrary<Entry> = fc.oneof(
  news,
  news.map((rows) => [...ledgerOf(rows).snapshot({ ...head, ...pulse })][0]!),
  fc.nat().map((number): Entry => ({ kind: "beat", ...head, ...pulse, number })),
);

describe("Entry", () => {
  it("decode(encode(entry)) = entry", () => {
    fc.assert(
      fc.property(entries, (entry) => {
        expect(decode(encode(entry))).toEqual(entry);
      }),
    );
  });

  it("a line that is cut anywhere is refused, in one sentence", () => {
    fc.assert(
      fc.property(entries, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (entry, share) => {
        const line = encode(entry);
        const cut = line.slice(0, Math.floor(line.length * share));
        expect(() => decode(cut)).toThrow(FeedFormatError);
        expect(() => decode(cut)).toThrow(/^This is no entry of a feed of format 1: it is not [a-z JSON]+\.$/);
      }),
    );
  });

  it("an entry that lacks a member of its head, or has another kind of value there, is refused", () => {
    fc.assert(
      fc.property(
        entries,
        fc.constantFrom("generation", "epoch", "base", "number", "time"),
        fc.constantFrom(undefined, null, {}, -1, 0.5),
        (entry, name, value) => {
          expect(() => decode(JSON.stringify({ ...entry, [name]: value }))).toThrow(/its head is damaged/);
        },
      ),
    );
  });

  it.each([
    ["another format", { kind: "beat", ...head, ...pulse, number: 1, format: 2 }, /it has format 2; run a version/],
    ["another kind", { kind: "song", ...head, number: 1 }, /its kind is "song"/],
    [
      "rows that are none",
      { kind: "news", ...head, number: 1, news: [{ row: [1], events: [] }] },
      /its news are damaged/,
    ],
    [
      "a beat without its length",
      { kind: "beat", ...head, number: 1, serverTime: null, scans: 0 },
      /its beat is damaged/,
    ],
    ["no object", [], /it is not an object/],
  ])("%s is refused with what is wrong", (_, value, message) => {
    expect(() => decode(JSON.stringify(value))).toThrow(message);
  });

  it("news of a kind that this version does not know are passed over", () => {
    const entry = decode(
      JSON.stringify({ kind: "news", ...head, number: 1, news: [{ weather: "fine" }] }),
    ) as NewsEntry;
    expect(ledgerOf(entry).tasks.size).toBe(0);
  });

  it("the parts of a snapshot say together what their ledger says, and say nothing when one is missing", () => {
    fc.assert(
      fc.property(news, fc.integer({ min: 1, max: 4 }), fc.nat(), (entry, size, which) => {
        const ledger = ledgerOf(entry);
        const parts = [...ledger.snapshot({ ...head, ...pulse }, size)];
        const read = Ledger.of(
          "e1",
          parts.map((part) => decode(encode(part)) as typeof part),
        );
        expect(read?.position()).toEqual(ledger.position());
        expect(read?.mark).toEqual(ledger.mark);
        const missing = parts.filter((_, index) => index !== which % parts.length);
        expect(Ledger.of("e1", missing)).toBeUndefined();
      }),
    );
  });

  it("read in the order of the log, every entry is the next one; read again, none is", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), (elections) => {
        let mark: Mark = { generation: "g", epoch: 1, number: 0 };
        let base = 0;
        const log = elections.map((isElection, index) => {
          const epoch = isElection ? mark.epoch + 1 : mark.epoch;
          if (isElection) base = index;
          const entry = { kind: "news" as const, generation: "g", epoch, number: index + 1, base };
          expect(placeOf(mark, entry)).toBe("next");
          mark = entry;
          return entry;
        });
        for (const entry of log) {
          expect(placeOf(mark, entry)).toBe(entry.epoch < mark.epoch ? "stale" : "repeat");
        }
      }),
    );
  });
});
