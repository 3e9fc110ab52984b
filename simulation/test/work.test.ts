/** Workers against the embedded server under a hundred seeds. */
import { describe, expect, it } from "vitest";
import { simulateWork } from "../work/simulateWork.ts";

const perTest = 10;

describe("workers keep their promises", () => {
  it.each(Array.from({ length: 10 }, (_, index) => 1 + index * perTest))("from seed %i", async (from) => {
    for (let seed = from; seed < from + perTest; seed++) {
      const { broken } = await simulateWork(seed);
      expect(broken, `seed ${seed}`).toEqual([]);
    }
  });

  it("and a seed plays the same", async () => {
    expect(await simulateWork(3)).toEqual(await simulateWork(3));
  });
});
