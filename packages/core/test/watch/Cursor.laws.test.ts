import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Cursor from "../../src/watch/cursor/Cursor.ts";
import * as CursorWriter from "../../src/watch/cursor/CursorWriter.ts";
import { row, tasks } from "./rows.ts";

const announced = fc.dictionary(
  fc.constantFrom("t1", "t2", "__proto__"),
  fc.array(fc.record({ assignee: fc.string(), expiresAt: fc.string(), lead: fc.nat() }), {
    minLength: 1,
    maxLength: 3,
  }),
);

const position = fc.record({
  evaluationId: fc.string(),
  evaluation: fc.option(
    fc.record({ id: fc.string(), name: fc.string(), status: fc.string(), total: fc.nat(), completed: fc.nat() }),
    { nil: undefined },
  ),
  tasks,
  announced: announced.map((each) => new Map(Object.entries(each))),
  owed: fc.constant([]),
});

describe("Cursor", () => {
  it("decode(encode(position)) = position", () => {
    fc.assert(
      fc.property(position, (each) => {
        expect(Cursor.decode(CursorWriter.encode(each), each.evaluationId)).toEqual(each);
      }),
    );
  });

  it("keeps what was included", () => {
    const kept = row("t", { included: { result: { q: ["a", 1] } } });
    const each = {
      evaluationId: "e",
      evaluation: undefined,
      tasks: new Map([["t", kept]]),
      announced: new Map(),
      owed: [],
    };
    expect(Cursor.decode(CursorWriter.encode(each), "e").tasks.get("t")).toEqual(kept);
  });

  it("it refuses anything else as invalid, text or not", () => {
    const damage = fc.oneof(
      fc.string(),
      fc.json(),
      // A store that has nothing gives null.
      fc.anything().map((value) => value as string),
      position.chain((each) => {
        const text = CursorWriter.encode(each);
        return fc.nat(Math.max(0, text.length - 1)).map((length) => text.slice(0, length));
      }),
    );
    fc.assert(
      fc.property(damage, (text) => {
        expect(() => Cursor.decode(text, "e1")).toThrow(
          expect.objectContaining({ name: "SgpError", reason: expect.objectContaining({ _tag: "Invalid" }) }),
        );
      }),
    );
  });
});
