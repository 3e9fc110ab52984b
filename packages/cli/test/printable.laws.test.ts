import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable } from "../src/terminal/printable.ts";
import * as Table from "../src/terminal/Table.ts";
import * as Terminal from "../src/terminal/Terminal.ts";

const sink = (isTTY: boolean) => {
  const written: Array<string> = [];
  return { isTTY, columns: 80, write: (text: string) => written.push(text), written };
};

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom("\u001b", "\u009b", "\u0007", "\r", "\n", "\t", "\u007f", "\u202e", "\u2028", "\u0000"),
    fc.constantFrom(
      "[2J",
      "]0;title\u0007",
      "[8m",
      "[1A",
      "\u001b[31m",
      "\u001b[30m\u001b[40m",
      "\u001b[22m",
      "a",
      "é",
      "🌉",
    ),
  ),
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const sent = /[\u0000-\u001f\u007f-\u009f\u2028\u202e]/;

describe("what others wrote", () => {
  it("has no control character left, and says which it had", () =>
    fc.assert(
      fc.property(hostile, (text) => {
        expect(printable(text)).not.toMatch(sent);
        expect(JSON.parse(`"${printable(text)}"`)).toBe(text);
      }),
    ));

  it("keeps a line of JSON the same JSON", () =>
    fc.assert(
      fc.property(hostile, (text) => {
        expect(JSON.parse(printable(JSON.stringify({ text })))).toEqual({ text });
      }),
    ));

  it("is one line on a terminal and beside it, with this program's colours and none of its own", () =>
    fc.assert(
      fc.property(hostile, fc.boolean(), (text, isTTY) => {
        const [out, err] = [sink(isTTY), sink(isTTY)];
        const terminal = Terminal.make({ out, err, env: { FORCE_COLOR: "1" } });
        const { bold, red } = terminal.paint;
        terminal.line(`${bold("id")} ${text}${red(`${text} ${bold(text)}!`)}`);
        terminal.note(text);
        const shown = printable(text);
        expect(out.written).toEqual([
          `\u001b[1mid\u001b[22m ${shown}\u001b[31m${shown} \u001b[1m${shown}\u001b[22m!\u001b[39m\n`,
        ]);
        expect(err.written).toEqual([`${shown}\n`]);
      }),
    ));

  it("does not learn how this program marks its colours", () => {
    const [out, err] = [sink(true), sink(true)];
    const terminal = Terminal.make({ out, err, env: { FORCE_COLOR: "1" } });
    const [code] = terminal.paint.red("").split("m");
    terminal.line(`${Terminal.make({ out, err, env: { FORCE_COLOR: "1" } }).paint.red("x")}`);
    expect(out.written[0]).toMatch(/^\\u001b\[31;\d+mx/);
    expect(code?.slice(1)).toMatch(/^\[31;\d{16,}$/);
  });

  it("takes the room it was given in a table, and no more", () =>
    fc.assert(
      fc.property(hostile, fc.nat({ max: 40 }), (text, size) => {
        const cell = Table.fit(text, size);
        expect(cell).toHaveLength(size);
        expect(cell).not.toMatch(sent);
      }),
    ));

  it("goes into a pipe as it is where other programs read it, and is shown where people do", () => {
    const [pipe, screen] = [sink(false), sink(true)];
    const csv = '"a\u001b[2J\nb",1';
    Terminal.make({ out: pipe, err: sink(true), env: {} }).data(csv);
    Terminal.make({ out: screen, err: sink(true), env: {} }).data(csv);
    expect(pipe.written).toEqual([`${csv}\n`]);
    expect(screen.written).toEqual(['"a\\u001b[2J\nb",1\n']);
  });
});
