import { expect, it } from "vitest";
import { result, serving, sgp } from "./sgp.ts";

const items = Array.from({ length: 9_000 }, (_, index) => result(String(index)));
const limits = (asked: ReturnType<typeof sgp>["asked"]) =>
  asked.filter(({ query }) => query.has("limit")).map(({ query }) => Number(query.get("limit")));

it("pages that come quickly grow, and a scan misses and repeats nothing by it", async () => {
  const on = sgp(serving(() => items));
  await using live = on.client.watch("e1");
  await on.clock.until(live.ready);
  expect(limits(on.asked)).toEqual([1_000, 1_000, 2_000, 4_000, 8_000]);
  expect(live.snapshot().tasks.size).toBe(9_000);
  await on.clock.advance("3 minutes");
  expect(live.stats().issues).toEqual([]);
  expect(live.snapshot().tasks.size).toBe(9_000);
});

it("pages of a requested size do not grow", async () => {
  const on = sgp(serving(() => items.slice(0, 40)));
  await using live = on.client.watch("e1", { pageSize: 10 });
  await on.clock.until(live.ready);
  expect(limits(on.asked)).toEqual([10, 10, 10, 10]);
});
