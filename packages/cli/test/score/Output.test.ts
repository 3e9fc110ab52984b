import { execFileSync } from "node:child_process";
import {
  createReadStream,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refuseOverwriting } from "../../src/score/input/files.ts";
import * as Output from "../../src/score/output/Output.ts";
import * as Terminal from "../../src/terminal/Terminal.ts";

let folder: string;
const path = (name: string) => join(folder, name);
const quiet = { write: () => true };
const terminal = Terminal.make({ out: quiet, err: quiet, env: {} });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "evalwire-output-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const written = async (file: string, content: string, isFinished = true) => {
  await using output = await Output.open(file, terminal);
  await output.write(content);
  if (isFinished) await output.finish();
};

describe("a file", () => {
  it("has its name only when it is whole", async () => {
    writeFileSync(path("a"), "earlier");
    {
      await using output = await Output.open(path("a"), terminal);
      await output.write("now");
      expect(readFileSync(path("a"), "utf8")).toBe("earlier");
      expect(readdirSync(folder).toSorted()).toEqual(["a", "a.part"]);
      await output.finish();
    }
    expect(readFileSync(path("a"), "utf8")).toBe("now");
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  it("that is given up leaves nothing behind", async () => {
    await written(path("a"), "half", false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("behind a link is replaced, and the link stays", async () => {
    writeFileSync(path("a"), "earlier");
    symlinkSync(path("a"), path("link"));
    await written(path("link"), "now");
    expect(readFileSync(path("a"), "utf8")).toBe("now");
    expect(lstatSync(path("link")).isSymbolicLink()).toBe(true);
  });
});

describe.skipIf(process.platform === "win32")("in a folder that others write to", () => {
  it("a link planted where the part will be is not followed", async () => {
    writeFileSync(path("victim"), "precious");
    symlinkSync(path("victim"), path("a.part"));
    await written(path("a"), "now");
    expect(readFileSync(path("victim"), "utf8")).toBe("precious");
    expect(lstatSync(path("a")).isFile()).toBe(true);
    expect(readFileSync(path("a"), "utf8")).toBe("now");
    symlinkSync(path("victim"), path("b.part"));
    await expect(Output.open(path("b"), terminal, { appends: true })).rejects.toThrow(/ELOOP/);
  });

  it("a private file stays private, also while it is written", async () => {
    writeFileSync(path("a"), "earlier", { mode: 0o600 });
    {
      await using output = await Output.open(path("a"), terminal);
      expect(statSync(path("a.part")).mode & 0o777).toBe(0o600);
      await output.write("now");
      await output.finish();
    }
    expect(statSync(path("a")).mode & 0o777).toBe(0o600);
  });
});

describe("what is read is not written over", () => {
  it("nor under the names its output has until it is whole", () => {
    for (const [out, read] of [
      ["a", "a"],
      ["a", "a.part"],
      ["a", "a.part.kept"],
    ] as const) {
      writeFileSync(path(read), "input");
      expect(() => refuseOverwriting([path(out)], [path(read)])).toThrow(/is read or written already/);
    }
    expect(() => refuseOverwriting([path("p.svg"), path("p.svg.part")], [])).toThrow(/is read or written already/);
    expect(() => refuseOverwriting([path("b"), path("c")], [path("a"), "-"])).not.toThrow();
  });

  it("nor by another way to the same folder", () => {
    writeFileSync(path("in.part"), "input");
    symlinkSync(folder, path("way"));
    expect(() => refuseOverwriting([join(path("way"), "in")], [path("in.part")])).toThrow(/until it is whole/);
  });
});

describe("what is no file is written to, and never replaced", () => {
  it.each(["/dev/stdout", "/dev/null", "/proc/self/fd/1"])("%s", async (file) => {
    expect(await Output.targetOf(file)).toEqual({ path: file, part: undefined });
  });

  it("a named pipe", async () => {
    execFileSync("mkfifo", [path("pipe")]);
    const read = text(createReadStream(path("pipe")));
    await written(path("pipe"), "through");
    expect(await read).toBe("through");
    expect(lstatSync(path("pipe")).isFIFO()).toBe(true);
  });
});
