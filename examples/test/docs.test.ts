/** Runs every example of the public docstrings and pages that claims a value. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as Fence from "./Fence.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const generated = join(here, "..", ".generated");

const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", "*.md", "packages/*/src/**"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => /\.(md|tsx?)$/.test(file));

rmSync(generated, { recursive: true, force: true });
mkdirSync(generated, { recursive: true });

describe("Fence", () => {
  it("turns each claim into a check", () => {
    const [fence] = Fence.extract("a.ts", "/**\n * ```ts\n * const sum = 1 + 2; // => 3\n * ```\n */");
    expect(fence).toEqual({ file: "a.ts", line: 2, code: "const sum = 1 + 2; // => 3" });
    expect(Fence.toModule(fence!)).toContain('__claim(sum, 3, "const sum = 1 + 2; // => 3");');
  });
});

describe("examples in docstrings and pages", () => {
  const fences = files
    .flatMap((file) => Fence.extract(file, readFileSync(join(root, file), "utf8")))
    .filter(Fence.isRunnable);

  it("are found", () => {
    expect(fences.length).toBeGreaterThan(0);
  });

  it.each(fences)("$file:$line", async (fence) => {
    const path = join(generated, `${fence.file.replaceAll(/[^\w]+/g, "-")}-${fence.line}.ts`);
    writeFileSync(path, Fence.toModule(fence));
    const { run } = await import(/* @vite-ignore */ path);
    let claims = 0;
    await run((actual: unknown, expected: unknown, claim: string) => {
      claims++;
      expect(actual, claim).toEqual(expected);
    });
    expect(claims).toBe(fence.code.split("// =>").length - 1);
  });
});
