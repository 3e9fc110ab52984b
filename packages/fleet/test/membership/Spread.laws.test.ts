import { spread } from "@evalwire/fleet";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const members: fc.Arbitrary<Array<string>> = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f"), {
  minLength: 1,
});
const holders: fc.Arbitrary<Array<string | undefined>> = fc.array(
  fc.option(fc.constantFrom("a", "b", "c", "d", "e", "f", "gone"), { nil: undefined }),
  { maxLength: 40 },
);

const countsOf = (plan: ReadonlyArray<string | undefined>, all: ReadonlyArray<string>) =>
  all.map((member) => plan.filter((each) => each === member).length);

describe("spread", () => {
  it("every shard has a member that is there, and no two members differ by more than one", () => {
    fc.assert(
      fc.property(holders, members, holders, (now, all, former) => {
        const plan = spread(now, all, former);
        expect(plan.every((member) => member !== undefined && all.includes(member))).toBe(true);
        const counts = countsOf(plan, all);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("moves as few shards as any even spread can", () => {
    fc.assert(
      fc.property(holders, members, (now, all) => {
        const plan = spread(now, all);
        const moved = now.filter(
          (holder, shard) => holder !== undefined && all.includes(holder) && plan[shard] !== holder,
        );
        // The fewest: what members hold above an even share, where those with most keep the larger shares.
        const least = Math.floor(now.length / all.length);
        let extras = now.length % all.length;
        const surplus = countsOf(now, all)
          .sort((a, b) => b - a)
          .reduce((sum, count) => sum + Math.max(0, count - (extras-- > 0 ? least + 1 : least)), 0);
        expect(moved).toHaveLength(surplus);
      }),
    );
  });

  it("spread(spread(x)) = spread(x), and the order of members says nothing", () => {
    fc.assert(
      fc.property(holders, members, (now, all) => {
        const plan = spread(now, all);
        expect(spread(plan, all)).toEqual(plan);
        expect(spread(now, [...all].reverse())).toEqual(plan);
      }),
    );
  });

  it("a shard without a holder goes back to the one that held it, where that is fair", () => {
    expect(spread([undefined, undefined], ["a", "b"], ["b", "a"])).toEqual(["b", "a"]);
    expect(spread([undefined, undefined], ["a", "b"], ["b", "b"])).toEqual(["b", "a"]);
  });
});
