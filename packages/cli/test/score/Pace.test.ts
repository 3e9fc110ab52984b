import { describe, expect, it } from "vitest";
import * as Pace from "../../src/score/Pace.ts";
import * as Terminal from "../../src/terminal/Terminal.ts";

const sessionOf = (stop: AbortSignal, columns?: number) => {
  const written = { out: "", err: "" };
  const screen = columns === undefined ? {} : { isTTY: true, columns };
  const terminal = Terminal.make({
    out: { write: (text) => (written.out += text) },
    err: { ...screen, write: (text) => (written.err += text) },
    env: { NO_COLOR: "1" },
  });
  async function* stdin() {}
  return { written, session: { terminal, env: {}, stop, stdin } };
};

describe("a computation of many steps", () => {
  it("is shown at once, on the screen that is there, and goes on", async () => {
    const { written, session } = sessionOf(new AbortController().signal, 50);
    let now = 0;
    const onStep = Pace.ofSteps(session, "drawing intervals", () => now);
    await expect(onStep(1, 4)).resolves.toBeUndefined();
    now = 99;
    expect(onStep(2, 4)).toBeUndefined();
    now = 100;
    await expect(onStep(3, 4)).resolves.toBeUndefined();
    expect(written.out).toBe("");
    expect(written.err).toContain("25 % · drawing intervals, 1/4");
  });

  it("ends when the session is to stop, shown or not, and a signal can come through before it is asked", async () => {
    const stop = new AbortController();
    const { written, session } = sessionOf(stop.signal);
    const step = Pace.ofSteps(session, "drawing intervals")(1, 4);
    stop.abort(new Error("enough"));
    await expect(step).rejects.toThrow("enough");
    expect(written).toEqual({ out: "", err: "" });
  });
});
