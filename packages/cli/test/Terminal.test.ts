import { describe, expect, it } from "vitest";
import * as Terminal from "../src/terminal/Terminal.ts";

const sink = (isTTY: boolean, columns = 80) => {
  const written: Array<string> = [];
  return { isTTY, columns, write: (text: string) => written.push(text), written };
};

describe("Terminal", () => {
  it("writes lines to the one stream and notes to the other", () => {
    const out = sink(false);
    const err = sink(false);
    const terminal = Terminal.make({ out, err, env: {} });
    terminal.line("a line");
    terminal.note("a note");
    expect(out.written).toEqual(["a line\n"]);
    expect(err.written).toEqual(["a note\n"]);
  });

  it("shows no progress line where it could not be seen", () => {
    const out = sink(false);
    Terminal.make({ out, err: sink(false), env: {} }).progress("3/9");
    expect(out.written).toEqual([]);
    const dumb = sink(true);
    Terminal.make({ out: dumb, err: sink(true), env: { TERM: "dumb" } }).progress("3/9");
    expect(dumb.written).toEqual([]);
  });

  it("keeps the progress line below the lines, and takes it away without a trace", () => {
    const out = sink(true);
    const terminal = Terminal.make({ out, err: sink(true), env: { TERM: "xterm" } });
    terminal.progress("1/9");
    terminal.line("a line");
    terminal.progress("2/9");
    terminal.progress(undefined);
    const [hide, first, erased, line, again] = out.written;
    expect([hide, first, erased, line, again]).toEqual(["\u001b[?25l", "1/9", "\r\u001b[2K", "a line\n", "1/9"]);
    expect(out.written.at(-1)).toBe("\u001b[?25h");
    expect(out.written.at(-2)).toBe("\r\u001b[2K");
  });

  it("does not redraw a progress line that stays the same", () => {
    const out = sink(true);
    const terminal = Terminal.make({ out, err: sink(true), env: { TERM: "xterm" } });
    terminal.progress("1/9");
    const before = out.written.length;
    terminal.progress("1/9");
    expect(out.written.length).toBe(before);
  });

  it.each([
    [{ TERM: "xterm" }, true, true],
    [{ TERM: "xterm", NO_COLOR: "1" }, true, false],
    [{ TERM: "dumb" }, true, false],
    [{ TERM: "xterm" }, false, false],
    [{ FORCE_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "0", TERM: "xterm" }, true, false],
  ])("with %o on a terminal (%o) colours are on: %o", (env, isTTY, expected) => {
    const { paint } = Terminal.make({ out: sink(isTTY), err: sink(isTTY), env });
    expect(paint.red("x") !== "x").toBe(expected);
  });

  it("assumes 100 columns where there is no terminal to ask", () => {
    const { write } = sink(false);
    expect(Terminal.make({ out: { write }, err: { write }, env: {} }).columns).toBe(100);
    expect(Terminal.make({ out: sink(true, 120), err: { write }, env: {} }).columns).toBe(120);
  });
});
