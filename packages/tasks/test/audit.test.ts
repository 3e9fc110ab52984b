import { SGPClient } from "@evalwire/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { audit, v5 } from "../src/index.ts";

const recording = (answer: unknown = { object: "list", items: [] }) => {
  const bodies: Array<any> = [];
  const fetch = async (_: string, init: RequestInit) => {
    bodies.push(JSON.parse(String(init.body)));
    return Response.json(answer);
  };
  return { client: new SGPClient({ apiKey: "a key", fetch: fetch as never }), bodies };
};

const people = fc.constantFrom("ada", "ben", "cy");

describe("the rule of three people", () => {
  it("is kept before anything is sent: labeller and both auditors differ", async () => {
    await fc.assert(
      fc.asyncProperty(people, people, fc.array(fc.option(people), { maxLength: 5 }), async (one, two, annotators) => {
        const { client, bodies } = recording();
        const items = annotators.map((annotator, index) => ({ evaluation_item_id: `i${index}`, annotator }));
        const args = {
          evaluation_id: "e1",
          queue_id: "default",
          items,
          level_1_assigned_to: one,
          level_2_assigned_to: two,
        };
        const outcome = await v5.audit.assign(client, args);
        const isBroken = one === two || annotators.some((annotator) => annotator === one || annotator === two);
        expect(outcome._tag).toBe(isBroken ? "NotAllowed" : "Assigned");
        expect(bodies.length).toBe(isBroken || items.length === 0 ? 0 : 1);
        if (bodies.length > 0) {
          expect(bodies[0].audit_assignment).toMatchObject({
            evaluation_item_ids: items.map((item) => item.evaluation_item_id),
          });
          expect(bodies[0].audit_assignment).not.toHaveProperty("items");
        }
      }),
      { numRuns: 60 },
    );
  });

  it("holds in v4 as far as it goes: no person judges their own work", async () => {
    const { client, bodies } = recording();
    const task = {
      id: "t1",
      status: "COMPLETED",
      assigned_to: { id: "ada" },
      task_entity_parent_id: "e1",
      task_entity_id: "r1",
    };
    for (const verdict of [
      audit.approve(client, { task, me: "ada" }),
      audit.fix(client, { task, me: "ada", result: {} }),
      audit.requestRevision(client, { task, me: "ada" }),
    ]) {
      expect(await verdict).toMatchObject({ _tag: "NotAllowed", person: "ada" });
    }
    expect(bodies).toEqual([]);
  });
});

describe("verdicts of v5", () => {
  it("are statuses of tasks, and ids that are passed over are named", async () => {
    const { client, bodies } = recording();
    expect(await v5.audit.requestRevision(client, { ids: ["t1"], assigned_to: "ada" })).toEqual({
      tasks: [],
      ignored: ["t1"],
    });
    await v5.audit.approve(client, { ids: ["t2"] });
    expect(bodies).toEqual([
      { ids: ["t1"], status: "PENDING_REDO", assigned_to: "ada" },
      { ids: ["t2"], status: "COMPLETED" },
    ]);
    expect(await v5.audit.approve(client, { ids: [] })).toEqual({ tasks: [], ignored: [] });
    expect(bodies.length).toBe(2);
  });
});

describe("sample", () => {
  const items = fc.uniqueArray(fc.record({ id: fc.string(), by: people, spread: fc.integer({ min: 0, max: 3 }) }), {
    selector: ({ id }) => id,
    maxLength: 40,
  });
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  it("1. is the same for the same seed, in any order of the items", () => {
    fc.assert(
      fc.property(items, share, fc.string(), (all, part, seed) => {
        const options = { share: part, seed, annotatorOf: ({ by }: { by: string }) => by };
        expect(audit.sample(all, options)).toEqual(audit.sample([...all].reverse(), options));
      }),
    );
  });

  it("2. has as many as requested, of all or of each annotator", () => {
    fc.assert(
      fc.property(items, share, fc.nat(10), (all, part, size) => {
        expect(audit.sample(all, { share: part, seed: 1 }).length).toBe(Math.ceil(part * all.length));
        const each = audit.sample(all, { size, seed: 1, annotatorOf: ({ by }) => by });
        expect(new Set(each.map(({ id }) => id)).size).toBe(each.length);
        for (const name of ["ada", "ben", "cy"]) {
          const own = all.filter(({ by }) => by === name).length;
          expect(each.filter(({ by }) => by === name).length).toBe(Math.min(size, own));
        }
      }),
    );
  });

  it("3. takes those with most disagreement first", () => {
    fc.assert(
      fc.property(items, fc.nat(10), (all, size) => {
        const taken = audit.sample(all, { size, seed: 1, disagreementOf: ({ spread }) => spread });
        const least = Math.min(...taken.map(({ spread }) => spread));
        const left = all.filter((item) => !taken.includes(item));
        expect(left.every(({ spread }) => spread <= least)).toBe(true);
      }),
    );
  });

  it("3. takes every item about as often as every other", () => {
    const all = Array.from({ length: 20 }, (_, index) => ({ id: `t${index}` }));
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 2_000; seed++) {
      for (const { id } of audit.sample(all, { size: 5, seed })) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    // 500 expected, standard deviation 19.4: five of them.
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(97);
    expect(counts.size).toBe(20);
  });

  it.each([
    [{ seed: 1 }, "give size or share"],
    [{ seed: 1, size: 1, share: 0.5 }, "give size or share"],
    [{ seed: 1, size: -1 }, "size must be a whole number"],
    [{ seed: 1, share: Number.NaN }, "share must lie between 0 and 1"],
    [{ seed: 1, size: 1, disagreementOf: () => Number.NaN }, "the disagreement of item a is no number"],
    [{ size: 1 } as never, "seed is a text or a number"],
    [undefined as never, "the second argument is an object with seed"],
  ])("refuses %j", (options, message) => {
    expect(() => audit.sample([{ id: "a" }], options)).toThrow(message);
  });

  it("refuses what is no list of items", () => {
    expect(() => audit.sample({ size: 3, seed: 1 } as never, { size: 1, seed: 1 })).toThrow(
      "the first argument is a list",
    );
  });
});
