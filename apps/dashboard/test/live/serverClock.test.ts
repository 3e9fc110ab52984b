import type { Watch } from "@evalwire/core";
import { describe, expect, it } from "vitest";
import { accuracyOf, serverClock } from "../../src/live/ServerClock.ts";

const clockOf = (clock: unknown) => serverClock({ watch: () => ({ stats: () => ({ clock }) }) as unknown as Watch });

describe("the server's clock", () => {
  it("is unknown before a watch is opened, and while the watch knows nothing", () => {
    for (const clock of [serverClock({ watch: () => undefined }), clockOf(null)]) {
      expect(clock.isKnown).toBe(false);
      expect(accuracyOf(clock)).toBe("The server's clock is not known yet: deadlines are shown as times of day.");
    }
  });

  it.each([
    [40, "Times are the server's, known to ± 0.1 s."],
    [740, "Times are the server's, known to ± 0.7 s."],
    // A follower hears how early it can be there, and not how late.
    [0, "Times are the server's, at the earliest: it may be a moment later there."],
    [Number.POSITIVE_INFINITY, "Times are the server's, at the earliest: it may be a moment later there."],
  ])("with an error of %d ms is said so", (errorMillis, said) => {
    const clock = clockOf({ offsetMillis: 3_000, errorMillis });
    expect(clock).toMatchObject({ isKnown: true, offsetMillis: 3_000 });
    expect(accuracyOf(clock)).toBe(said);
  });
});
