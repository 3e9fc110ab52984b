import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Want, WantLists, wantListOf } from "../../src/shard/WantLists.ts";

const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 30 });
const wantsOf = (ids: ReadonlyArray<string>): ReadonlyArray<Want> => ids.map((id) => [id, "v4"]);

describe("Lists of wanted evaluations", () => {
  it("a list has one name in any order, and another list another", () => {
    fc.assert(
      fc.property(keys, keys, (a, b) => {
        expect(wantListOf([...a].reverse())).toEqual(wantListOf(a));
        const isSame = [...a].sort().join("\n") === [...b].sort().join("\n");
        fc.pre(isSame || [...a].sort().join("") !== [...b].sort().join(""));
        expect(wantListOf(a).digest === wantListOf(b).digest).toBe(isSame);
      }),
    );
  });

  it("its name stands for all of it once every part was told, and for nothing before", () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 10 }), (ids, size) => {
        const lists = new WantLists();
        const list = wantListOf(ids);
        for (let from = 0; from < ids.length; from += size) {
          expect(lists.take(list, undefined, 10)).toBeUndefined();
          const some = wantsOf(ids.slice(from, from + size));
          expect(lists.take(list, some, 10)).toEqual(some);
        }
        expect(lists.take(list, undefined, 20)).toEqual(wantsOf(ids));
        lists.forget(19);
        expect(lists.take(list, undefined, 20)).toEqual(wantsOf(ids));
        lists.forget(20);
        expect(lists.take(list, undefined, 30)).toBeUndefined();
      }),
    );
  });
});
