import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { progressLine } from "../../src/score/progressLine.ts";
import * as Terminal from "../../src/Terminal.ts";

const paint = pc.createColors(false);

describe("progressLine", () => {
  it("shows share, rate and time left where the total is known", () => {
    const progress = { done: 50, failed: 2, skipped: 0, total: 200, ratePerSecond: 2, etaSeconds: 75 };
    expect(progressLine(progress, paint)).toBe(
      `  ${"█".repeat(6)}${"░".repeat(18)} 25 % · 50/200 · 2 bad · 2/s · 1:15 left`,
    );
  });

  it("counts where it is not", () => {
    expect(progressLine({ done: 7, failed: 0, skipped: 0 }, paint)).toBe("  7 records");
  });

  it("is drawn on standard error while standard output goes into a file, and leaves its lines alone", () => {
    const written = { out: "", err: "" };
    const terminal = Terminal.make({
      out: { write: (text) => (written.out += text) },
      err: { isTTY: true, write: (text) => (written.err += text) },
      env: {},
    });
    terminal.progress("1/2");
    terminal.line("a line");
    terminal.progress(undefined);
    expect(written.out).toBe("a line\n");
    expect(written.err).toContain("1/2");
    expect(terminal).toMatchObject({ isInteractive: false, isWatched: true });
  });
});
