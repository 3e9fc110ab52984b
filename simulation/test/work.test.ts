/** Workers against the embedded server under ten times as many seeds as it takes to find what is broken here; more by `npm run simulate:work`. */
import { describe, expect, it } from "vitest";
import { simulateWork, type WorkDoubles } from "../work/simulateWork.ts";

const perTest = 10;

describe("workers keep their promises", () => {
  it.each(Array.from({ length: 3 }, (_, index) => 1 + index * perTest))("from seed %i", async (from) => {
    for (let seed = from; seed < from + perTest; seed++) {
      const { broken } = await simulateWork(seed);
      expect(broken, `seed ${seed}`).toEqual([]);
    }
  });

  it("and a seed plays the same", async () => {
    expect(await simulateWork(3)).toEqual(await simulateWork(3));
  });
});

describe("what breaks a promise is found", () => {
  const found = async (doubles: WorkDoubles) => {
    const all = new Set<string>();
    for (let seed = 1; seed <= 3; seed++) {
      for (const line of (await simulateWork(seed, doubles)).broken) all.add(line.slice(0, 1));
    }
    return [...all].sort();
  };

  it("a result that is written after its writer's lease", async () => {
    expect(await found({ isAnyoneLate: true })).toContain("1");
  });

  it("an answer that is never reported", async () => {
    expect(await found({ hears: ({ type }) => type !== "task.submitted" })).toContain("2");
  });
});
