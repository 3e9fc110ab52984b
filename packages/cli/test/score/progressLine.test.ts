import fc from "fast-check";
import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { progressLine, stepLine } from "../../src/score/output/progressLine.ts";
import * as Terminal from "../../src/terminal/Terminal.ts";

const paint = pc.createColors(false);

const screen = 80;

describe("progressLine", () => {
  it("shows share, rate and time left where the size is known", () => {
    const progress = { done: 1050, failed: 2, share: 0.25, ratePerSecond: 2, etaSeconds: 75 };
    expect(progressLine(progress, paint, screen)).toBe(
      `  ${"█".repeat(6)}${"░".repeat(18)}  25 % · 1,050 records · 2/s · 1:15 left · 2 bad`,
    );
  });

  it("counts where it is not", () => {
    expect(progressLine({ done: 7, failed: 0 }, paint, screen)).toBe("  7 records");
  });

  it("shows how many of a computation's steps are done", () => {
    expect(stepLine("drawing intervals", 500, 1000, paint, screen)).toBe(
      `  ${"█".repeat(12)}${"░".repeat(12)}  50 % · drawing intervals, 500/1,000`,
    );
  });

  it("stays on one line, however narrow the screen and however large the numbers", () => {
    fc.assert(
      fc.property(
        fc.record({
          done: fc.nat(),
          failed: fc.nat(),
          share: fc.double({ min: 0, max: 1, noNaN: true }),
          ratePerSecond: fc.nat(),
        }),
        fc.nat(1e6),
        fc.integer({ min: 21, max: 120 }),
        (progress, etaSeconds, columns) => {
          expect(progressLine({ ...progress, etaSeconds }, paint, columns).length).toBeLessThanOrEqual(columns - 3);
        },
      ),
    );
  });

  it("is drawn on standard error while standard output goes into a file, and does not touch its lines", () => {
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
