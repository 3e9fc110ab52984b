import * as nodeFiles from "node:fs/promises";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Files, fileOutbox } from "../../src/plugin/fileOutbox.ts";
import { memoryOutbox } from "../../src/plugin/Outbox.ts";
import { conforms } from "./Outbox.conformance.ts";

/** A disk that a test can look at. */
const disk = () => {
  const files = new Map<string, string>();
  const fs: Files = {
    readFile: async (path) =>
      files.get(path) ?? Promise.reject(Object.assign(new Error("no such file"), { code: "ENOENT" })),
    appendFile: async (path, data) => void files.set(path, (files.get(path) ?? "") + data),
    writeFile: async (path, data) => void files.set(path, data),
    rename: async (from, to) => {
      files.set(to, files.get(from)!);
      files.delete(from);
    },
  };
  return { files, fs };
};
const path = "outbox.jsonl";

describe("in memory", () => conforms(() => ({ outbox: memoryOutbox(), reopen: (outbox) => outbox })));

describe("in a file", () => {
  conforms(() => {
    const { fs } = disk();
    return { outbox: fileOutbox({ fs, path }), reopen: () => fileOutbox({ fs, path }) };
  });

  it("a crash in the middle of a line loses no delivery that was acknowledged", () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.nat({ max: 40 }), async (count, cut) => {
        const { files, fs } = disk();
        const box = fileOutbox({ fs, path });
        for (let index = 0; index < count; index++) await box.add({ id: String(index), body: "b" });
        const acknowledged = files.get(path)!;
        const line = JSON.stringify({ add: { id: "lost", body: "b" } });
        files.set(path, acknowledged + line.slice(0, Math.min(cut, line.length - 1)));
        const again = fileOutbox({ fs, path });
        await again.add({ id: "after", body: "b" });
        const last = fileOutbox({ fs, path });
        expect(await last.size()).toBe(count + 1);
        for (const id of [...Array(count).keys()].map(String)) await last.remove(id);
        expect(await last.first()).toEqual({ id: "after", body: "b" });
      }),
    ));

  it("does not grow for ever", async () => {
    const { files, fs } = disk();
    const box = fileOutbox({ fs, path });
    for (let index = 0; index < 2_000; index++) {
      await box.add({ id: String(index), body: "b" });
      if (index >= 3) await box.remove(String(index - 3));
    }
    expect(files.get(path)!.split("\n").length).toBeLessThan(1_100);
    expect([...files.keys()]).toEqual([path]);
    expect(await fileOutbox({ fs, path }).size()).toBe(3);
  });

  it("a file that cannot be read is an error, not an empty outbox", async () => {
    const { fs } = disk();
    const readFile = () => Promise.reject(Object.assign(new Error("not permitted"), { code: "EACCES" }));
    await expect(fileOutbox({ fs: { ...fs, readFile }, path }).size()).rejects.toThrow("not permitted");
  });

  it("an addition that was not written is not acknowledged", async () => {
    const { fs } = disk();
    const box = fileOutbox({ fs: { ...fs, appendFile: () => Promise.reject(new Error("disk full")) }, path });
    await expect(box.add({ id: "a", body: "b" })).rejects.toThrow("disk full");
    expect(await box.size()).toBe(0);
  });

  it("works on a real disk", async () => {
    const folder = await mkdtemp(join(tmpdir(), "evalwire-"));
    try {
      const real = join(folder, path);
      await fileOutbox({ fs: nodeFiles, path: real }).add({ id: "a", body: "b" });
      expect(await fileOutbox({ fs: nodeFiles, path: real }).first()).toEqual({ id: "a", body: "b" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
