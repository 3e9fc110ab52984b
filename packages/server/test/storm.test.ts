/** A short storm; `npm run storm -- --for 20m` has a long one. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as Chance from "./storm/Chance.ts";
import { consumerStorm } from "./storm/consumerStorm.ts";
import { round } from "./storm/round.ts";

it("is stood: kills, odd requests and odd bytes", { timeout: 180_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "evalwire-storm-"));
  try {
    const { acknowledged } = await round(folder, Chance.make(1), 300, 40);
    expect(acknowledged).toBeGreaterThan(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it.each(["plain", "kept"] as const)(
  "a consumer that is killed loses no event (%s)",
  { timeout: 180_000 },
  async (manner) => {
    const folder = mkdtempSync(join(tmpdir(), "evalwire-storm-"));
    try {
      const { handled, twice, kills } = await consumerStorm(folder, Chance.make(2), 3, manner);
      expect(handled).toBeGreaterThanOrEqual(30);
      expect(twice).toBeLessThanOrEqual(kills);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
