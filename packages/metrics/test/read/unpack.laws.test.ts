import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { read } from "./pieces.ts";

const text = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => `{"id":"r${from + at}","answer":"the ferry leaves at ${from + at}"}\n`).join(
    "",
  );
const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 });
const counts = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 5 });

const skippable = (length: number) => {
  const frame = new Uint8Array(8 + length);
  new DataView(frame.buffer).setUint32(0, 0x184d2a53, true);
  new DataView(frame.buffer).setUint32(4, length, true);
  return frame;
};

const packed = (counts: ReadonlyArray<number>, pack: (text: string, at: number) => ReadonlyArray<Uint8Array>) => {
  let from = 0;
  const parts = counts.flatMap((count, at) => {
    const part = pack(text(count, from), at);
    from += count;
    return part;
  });
  return { bytes: new Uint8Array(Buffer.concat(parts)), ids: Array.from({ length: from }, (_, at) => `r${at}`) };
};
const idsOf = (values: ReadonlyArray<unknown>) => values.map((value) => (value as { id: string }).id);

describe("packed files", () => {
  it("gzip: all members, in any pieces", async () => {
    await fc.assert(
      fc.asyncProperty(counts, sizes, async (counts, sizes) => {
        const { bytes, ids } = packed(counts, (part) => [gzipSync(part)]);
        const { values, packing } = await read(bytes, { sizes });
        expect(packing).toBe("gzip");
        expect(idsOf(values)).toEqual(ids);
      }),
      { numRuns: 40 },
    );
  });

  it("zstd: all frames, skippable ones between them, in any pieces", async () => {
    await fc.assert(
      fc.asyncProperty(counts, fc.nat(20), sizes, async (counts, skipped, sizes) => {
        const { bytes, ids } = packed(counts, (part, at) =>
          at % 2 === skipped % 2 ? [zstdCompressSync(part)] : [skippable(skipped), zstdCompressSync(part)],
        );
        const { values, packing } = await read(bytes, { sizes });
        expect(packing).toBe("zstd");
        expect(idsOf(values)).toEqual(ids);
      }),
      { numRuns: 40 },
    );
  });

  it("a file that was cut short is refused, wherever it was cut", async () => {
    const frames = [zstdCompressSync(text(30)), skippable(3), zstdCompressSync(text(2))];
    const whole = new Uint8Array(Buffer.concat(frames));
    const borders = new Set([frames[0]!.length, frames[0]!.length + 11, whole.length]);
    for (let at = 5; at < whole.length; at++) {
      if (borders.has(at)) continue;
      await expect(read(whole.slice(0, at)), `cut at ${at}`).rejects.toThrow(/zstd/);
    }
    const gzip = new Uint8Array(gzipSync(text(3)));
    await expect(read(gzip.slice(0, gzip.length - 5))).rejects.toThrow(/gzip/);
  });

  it("what follows the last frame and is none is refused", async () => {
    await expect(read(new Uint8Array(Buffer.concat([zstdCompressSync(text(1)), Buffer.from("junk")])))).rejects.toThrow(
      "zstd: something other than a frame follows the last one",
    );
  });

  it("CSV and JSON documents are recognised inside, too", async () => {
    expect((await read(new Uint8Array(gzipSync("a,b\n1,2\n")))).values).toEqual([{ a: "1", b: "2" }]);
    expect((await read(new Uint8Array(zstdCompressSync('[{"a":1}]')))).values).toEqual([{ a: 1 }]);
  });
});
