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

  /** The disk as one that is read in pieces of so many bytes, with the texts as bytes. */
  const inPieces = (
    { files, fs }: ReturnType<typeof disk>,
    most: number,
  ): Files & { readonly open: NonNullable<Files["open"]> } => ({
    ...fs,
    readFile: () => Promise.reject(new Error("is not read whole")),
    open: async (name) => {
      const bytes = new TextEncoder().encode(await fs.readFile(name, "utf8"));
      return {
        read: async (into, offset, length, position) => {
          const part = bytes.subarray(position, position + Math.min(length, most));
          into.set(part, offset);
          return { bytesRead: part.length };
        },
        close: async () => void files.set("closed", "yes"),
      };
    },
  });

  it("is read in pieces as it is read whole, wherever they end, and the file is closed", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ id: fc.string({ unit: "grapheme" }), isRemoved: fc.boolean() }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat({ max: 30 }),
        fc.boolean(),
        async (all, most, cut, hasMark) => {
          const drive = disk();
          const box = fileOutbox({ fs: drive.fs, path });
          for (const { id, isRemoved } of all) {
            await box.add({ id, body: `é🌉 ${id}` });
            if (isRemoved) await box.remove(id);
          }
          const text = drive.files.get(path) ?? "";
          drive.files.set(path, `${hasMark ? "\uFEFF" : ""}${text.slice(0, Math.max(0, text.length - cut))}`);
          const read = async (fs: Files) => {
            const opened = fileOutbox({ fs, path });
            const found: Array<unknown> = [];
            await opened.add({ id: "the last one", body: "b" });
            for (let one = await opened.first(); one !== undefined; one = await opened.first()) {
              found.push(one);
              await opened.remove(one.id);
            }
            return found;
          };
          const before = drive.files.get(path)!;
          const whole = await read(drive.fs);
          drive.files.set(path, before);
          expect(await read(inPieces(drive, most))).toEqual(whole);
          expect(drive.files.get("closed")).toBe("yes");
        },
      ),
    ));

  it("without a file is empty, in pieces as well", async () => {
    expect(await fileOutbox({ fs: inPieces(disk(), 5), path }).size()).toBe(0);
  });

  it("does not grow forever", async () => {
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

  /** The same disk with faults: each entry is how much of a write gets through before it fails; `undefined` for all of it. */
  const faulty = (faults: Array<number | undefined>) => {
    const { files, fs } = disk();
    const broken = (code: string) => Object.assign(new Error(code), { code });
    const write = (path: string, before: string, data: string): Promise<void> => {
      const share = faults.shift();
      if (share === undefined) {
        files.set(path, before + data);
        return Promise.resolve();
      }
      // All of it may be there although the sync failed: EIO.
      files.set(path, before + data.slice(0, Math.round(share * data.length)));
      return Promise.reject(broken(share === 1 ? "EIO" : "ENOSPC"));
    };
    const flawed: Files = {
      ...fs,
      appendFile: (path, data) => write(path, files.get(path) ?? "", data),
      writeFile: (path, data) => write(path, "", data),
    };
    return { files, fs: flawed };
  };

  const fault = fc.option(fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })), {
    nil: undefined,
    freq: 2,
  });

  it("acknowledged deliveries are kept in order, for any failing writes, and wherever the program ends", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("add" as const, "remove" as const, "restart" as const), { maxLength: 40 }),
        fc.array(fault, { maxLength: 40 }),
        async (moves, faults) => {
          const { fs } = faulty(faults);
          let box = fileOutbox({ fs, path });
          const kept: Array<string> = [];
          // Neither said to be kept nor to be gone: it may be either.
          const open = new Set<string>();
          for (const [index, move] of moves.entries()) {
            if (move === "restart") box = fileOutbox({ fs, path });
            else if (move === "add") {
              const id = String(index);
              await box.add({ id, body: "é".repeat(index) }).then(
                () => kept.push(id),
                () => open.add(id),
              );
            } else {
              const first = await box.first();
              if (first === undefined) continue;
              await box.remove(first.id).then(
                () => {
                  if (kept.includes(first.id)) kept.splice(kept.indexOf(first.id), 1);
                  open.delete(first.id);
                },
                () => {
                  if (kept.includes(first.id)) kept.splice(kept.indexOf(first.id), 1);
                  open.add(first.id);
                },
              );
            }
          }
          faults.length = 0;
          const last = fileOutbox({ fs, path });
          const found: Array<string> = [];
          for (let next = await last.first(); next !== undefined; next = await last.first()) {
            expect(next.body).toBe("é".repeat(Number(next.id)));
            found.push(next.id);
            await last.remove(next.id);
          }
          expect(found.filter((id) => !open.has(id))).toEqual(kept);
        },
      ),
      { numRuns: 300 },
    ));

  it("a disk that was full and has room again loses nothing that was acknowledged after it", async () => {
    const { fs } = faulty([undefined, 0.5]);
    const box = fileOutbox({ fs, path });
    await box.add({ id: "1", body: "b" });
    await expect(box.add({ id: "2", body: "b" })).rejects.toThrow("ENOSPC");
    await box.add({ id: "3", body: "b" });
    const again = fileOutbox({ fs, path });
    expect(await again.size()).toBe(2);
    await again.remove("1");
    expect(await again.first()).toEqual({ id: "3", body: "b" });
  });

  it("lines that no outbox wrote are passed over", async () => {
    const { files, fs } = disk();
    const good = JSON.stringify({ add: { id: "good", body: "b" } });
    const bad = ["null", "1", '"x"', "[]", '{"add":null}', '{"add":{"id":1,"body":"b"}}', '{"add":{"id":"x"}}', "{}"];
    files.set(path, `\uFEFF${good}\n${bad.join("\n")}\n`);
    const box = fileOutbox({ fs, path });
    expect(await box.size()).toBe(1);
    await box.add({ id: "more", body: "b" });
    expect(await fileOutbox({ fs, path }).size()).toBe(2);
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
