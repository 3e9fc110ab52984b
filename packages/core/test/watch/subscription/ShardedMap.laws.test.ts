import * as fc from "fast-check";
import { expect, it } from "vitest";
import { ShardedMap } from "../../../src/watch/subscription/ShardedMap.ts";

it("ShardedMap: the same entries as a Map, for ids of any length", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ maxLength: 5 }), fc.nat())), (entries) => {
      const [map, sharded] = [new Map<string, number>(), new ShardedMap<number>()];
      for (const [id, value] of entries) {
        map.set(id, value);
        sharded.set(id, value);
      }
      expect(new Map(sharded)).toEqual(map);
      expect(new Set(sharded.keys())).toEqual(new Set(map.keys()));
      expect(sharded.size).toBe(map.size);
      for (const [id] of entries) expect(sharded.get(id)).toBe(map.get(id));
    }),
  );
});
