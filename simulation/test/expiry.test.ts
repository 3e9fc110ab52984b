/** How often a watch is wrong about leases that end, by the server's own history: a short run of `npm run simulate:expiry`. */
import { expect, it } from "vitest";
import { measure } from "../expiry/measure.ts";

it("every lease that the clock ended is reported, and at the usual paces no other", async () => {
  for (const interval of [
    [1_000, 1_000],
    [2_000, 60_000],
    [30_000, 30_000],
  ] as const) {
    const { ended, wrong, missing } = await measure(1, interval, 10);
    expect(ended).toBeGreaterThan(10);
    expect(missing, `at ${interval}`).toBe(0);
    // Between two looks half a minute apart a lease may be given up at the last moment.
    if (interval[0] < 30_000) expect(wrong, `at ${interval}`).toBe(0);
  }
});
