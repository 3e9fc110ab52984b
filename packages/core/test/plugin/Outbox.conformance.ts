/** Rules every outbox keeps, over any store. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Outbox } from "../../src/plugin/Outbox.ts";

const move = fc.oneof(
  fc.record({ do: fc.constant("add" as const), id: fc.nat({ max: 12 }).map(String) }),
  fc.record({ do: fc.constant("remove" as const), id: fc.nat({ max: 12 }).map(String) }),
  fc.record({ do: fc.constant("removeFirst" as const), id: fc.constant("") }),
  fc.record({ do: fc.constant("reopen" as const), id: fc.constant("") }),
);

/** @param open opens a fresh outbox; the function it comes with opens what the first one left */
export const conforms = (open: () => { readonly outbox: Outbox; readonly reopen: (outbox: Outbox) => Outbox }) => {
  it("is a queue by id: the first added is the first out, and nothing is lost", () =>
    fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 60 }), async (moves) => {
        const { outbox, reopen } = open();
        let box = outbox;
        const model = new Map<string, string>();
        for (const [index, { do: what, id }] of moves.entries()) {
          const body = `body ${index}\n"quoted"`;
          const first = [...model.keys()][0];
          if (what === "add") {
            await box.add({ id, body });
            if (!model.has(id)) model.set(id, body);
          } else if (what === "remove") {
            await box.remove(id);
            model.delete(id);
          } else if (what === "removeFirst" && first !== undefined) {
            await box.remove(first);
            model.delete(first);
          } else if (what === "reopen") box = reopen(box);
          expect(await box.size()).toBe(model.size);
          const [next] = model;
          expect(await box.first()).toEqual(next && { id: next[0], body: next[1] });
        }
      }),
    ));

  it("steps that are not waited for happen in order", async () => {
    const { outbox } = open();
    const ids = Array.from({ length: 50 }, (_, index) => String(index));
    await Promise.all([
      ...ids.map((id) => outbox.add({ id, body: id })),
      ...ids.slice(0, 49).map((id) => outbox.remove(id)),
    ]);
    expect(await outbox.first()).toEqual({ id: "49", body: "49" });
  });
};
