import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

let folder: string;
const started = new Set<ChildProcess>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "evalwire-main-"));
});
afterEach(() => {
  for (const child of started) child.kill("SIGKILL");
  started.clear();
  rmSync(folder, { recursive: true });
});

/** The program itself, from its sources, in a process of its own. */
const start = (...args: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, ["--conditions=@evalwire/source", main, ...args], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      TMPDIR: folder,
      EVALWIRE_API_KEYS: "secret=ada",
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A program that has ended reads no more.
  child.stdin.on("error", () => {});
  started.add(child);
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, out, err }));
  /** Resolves with the first match in standard output; rejects when the program ends without one. */
  const says = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(out);
        if (match) resolve(match);
      };
      child.stdout.on("data", look);
      look();
      ended.then(({ code }) => reject(new Error(`ended with ${code} before it said ${pattern}: ${out}${err}`)));
    });
  return { child, ended, says };
};

/** Asked until it does: a freed port may be given to a server of another test at once. */
const refusesConnections = (url: string) =>
  fetch(url).then(
    () => false,
    () => true,
  );

describe("the program", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "serve ends with 0 on %s, and leaves the port and the database behind",
    async (signal) => {
      const { child, ended, says } = start("serve", "--port", "0", "--database", "data.db");
      const [, url = ""] = await says(/listening +(\S+)/);
      await says(/Ctrl-C/);
      child.kill(signal);
      const { code, out, err } = await ended;
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toContain("stopped");
      await expect.poll(() => refusesConnections(url), { timeout: 60_000 }).toBe(true);
      expect(existsSync(join(folder, "data.db"))).toBe(true);
    },
  );

  it("serve ends with 0 on SIGTERM in the middle of requests whose clients have left, and keeps what it acknowledged", async () => {
    const { child, ended, says } = start("serve", "--port", "0", "--database", "data.db");
    const [, url = ""] = await says(/listening +(\S+)/);
    await says(/Ctrl-C/);
    const headers = { "x-api-key": "secret", "content-type": "application/json" };
    const path = `${url}/v4/application-specs`;
    const body = (name: string) => JSON.stringify({ account_id: "a", name, description: "d ".repeat(5_000) });
    const write = async (name: string, signal?: AbortSignal) =>
      (await fetch(path, { method: "POST", headers, body: body(name), ...(signal && { signal }) })).status;
    for (let index = 0; index < 100; index++) expect(await write(`kept ${index}`)).toBe(200);
    const leave = new AbortController();
    const left = Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0
        ? write(`left ${index}`, leave.signal)
        : fetch(`${path}?limit=1000`, { headers, signal: leave.signal }).then(({ status }) => status),
    );
    // Some have been answered, and most have not.
    await Promise.race(left);
    leave.abort();
    child.kill("SIGTERM");
    const { code, signal, out, err } = await ended;
    expect({ code, signal, err }).toEqual({ code: 0, signal: null, err: "" });
    expect(out).toContain("stopped");
    await Promise.allSettled(left);
    const again = start("serve", "--port", "0", "--database", "data.db");
    const [, next = ""] = await again.says(/listening +(\S+)/);
    const answer = await fetch(`${next}/v4/application-specs?limit=1000`, { headers });
    const { items } = (await answer.json()) as { items: ReadonlyArray<{ name: string }> };
    expect(items.filter(({ name }) => name.startsWith("kept")).length).toBe(100);
    again.child.kill("SIGTERM");
    expect((await again.ended).code).toBe(0);
  });

  it("a signal that comes twice at once, as launchers pass it on, is one wish", async () => {
    const { child, ended, says } = start("serve", "--port", "0", "--database", ":memory:");
    await says(/Ctrl-C/);
    // Both are there before it can act on one: the second must not come while it ends.
    for (const signal of ["SIGSTOP", "SIGINT", "SIGTERM", "SIGCONT"] as const) child.kill(signal);
    expect((await ended).code).toBe(0);
  });

  it("demo is interrupted with 130, and both its ports are free again", async () => {
    const { child, ended, says } = start("demo", "--port", "0", "--database", "demo.db");
    const [, url = ""] = await says(/server +(\S+?),/);
    await says(/claimed/);
    child.kill("SIGINT");
    const { code, out, err } = await ended;
    expect({ code, err }).toEqual({ code: 130, err: "evalwire: interrupted\n" });
    expect(out).not.toContain("\u001b");
    await expect.poll(() => refusesConnections(url), { timeout: 60_000 }).toBe(true);
  });

  it("demo --once --json writes JSON and nothing else, and leaves no file behind", async () => {
    const { code, out, err } = await start("demo", "--once", "--json").ended;
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const lines = out.trimEnd().split("\n");
    expect(lines.every((line) => typeof JSON.parse(line).type === "string")).toBe(true);
    expect(JSON.parse(lines.at(-1)!).type).toBe("summary");
    expect(existsSync(join(folder, "demo.db"))).toBe(false);
  });

  describe("score", () => {
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    const record = (index: number) =>
      JSON.stringify({ id: `r${index}`, test_case_data: { expected_output: "ab" }, test_case_output: { output: "a" } });
    const records = (count: number) => Array.from({ length: count }, (_, index) => `${record(index)}\n`).join("");

    it.each(["0", "1", "2"])("is interrupted with 130 while it waits for input: %s workers", async (workers) => {
      write("config.json", '{"components":[{"name":"o","type":"rouge1"}]}');
      const { child, ended, says } = start("score", "-c", "config.json", "--json", "-w", workers, "-");
      child.stdin.write(records(2000));
      await says(/"id":"r1"/);
      child.kill("SIGINT");
      const { code, err } = await ended;
      expect({ code, err }).toEqual({ code: 130, err: "evalwire: interrupted\n" });
    });

    it("ends quietly when the reader leaves", async () => {
      write("config.json", '{"components":[{"name":"o","type":"rouge1"}]}');
      const { child, ended, says } = start("score", "-c", "config.json", "--json", "-");
      child.stdin.write(records(2000));
      await says(/"id":"r1"/);
      child.stdout.destroy();
      child.stdin.end(records(2000));
      expect(await ended).toMatchObject({ code: 0, err: "" });
    });

    it("is interrupted before its figures are there, and leaves no file behind", async () => {
      write("config.json", '{"components":[{"name":"o","type":"rouge1"}]}');
      const args = ["--format", "csv", "--samples", "1000000", "--out", "out.csv", "--on-error", "skip"];
      const { child, ended } = start("score", "-c", "config.json", ...args, "-");
      const written = once(child.stderr, "data");
      child.stdin.end(`${records(2000)}{\n`);
      await written;
      child.kill("SIGINT");
      const { code, out, err } = await ended;
      expect({ code, out }).toEqual({ code: 130, out: "" });
      expect(err).toMatch(/^evalwire: standard input:2001: not JSON.*\nevalwire: interrupted\n$/);
      expect(readdirSync(folder)).toEqual(["config.json"]);
    });

    it("embeds texts by the package beside the records, in this thread and in workers", async () => {
      const home = join("node_modules", "@huggingface", "transformers");
      mkdirSync(join(folder, home), { recursive: true });
      write(join(home, "package.json"), '{"name":"@huggingface/transformers","version":"0.0.0","main":"main.cjs"}');
      // Stands for the package: each text is one token without markers, whose id is its length, and whose vector is [its length, 1].
      write(
        join(home, "main.cjs"),
        `exports.AutoTokenizer = { from_pretrained: async () => (texts) => {
           const dims = [texts.length, 1];
           return { input_ids: { data: texts.map(({ length }) => BigInt(length)), dims },
             attention_mask: { data: texts.map(() => 1n), dims } };
         } };
         exports.AutoModel = { from_pretrained: async () => async ({ input_ids: { data, dims } }) =>
           ({ last_hidden_state: { data: data.flatMap((id) => [Number(id), 1]), dims: [...dims, 2] } }) };`,
      );
      write("config.json", '{"components":[{"name":"sim","type":"cosine_similarity"}]}');
      write("records.jsonl", records(3));
      const args = ["score", "-c", "config.json", "--json", "--embeddings", "tiny", "records.jsonl"];
      const { code, out, err } = await start(...args).ended;
      expect({ code, err }).toEqual({ code: 0, err: "" });
      const { sim } = JSON.parse(out.trimEnd().split("\n").at(-1)!).scores;
      expect(sim.max).toBeCloseTo(3 / Math.sqrt(10), 12);
      expect(sim.signatures).toEqual(["cosine|embed:tiny(fp32,128 tokens,mean)"]);
      expect(await start(...args, "-w", "2").ended).toMatchObject({ code: 0, out });
    });

    it("embeds tokens for bertscore, in this thread and in workers", async () => {
      const home = join("node_modules", "@huggingface", "transformers");
      mkdirSync(join(folder, home), { recursive: true });
      write(join(home, "package.json"), '{"name":"@huggingface/transformers","version":"0.0.0","main":"main.cjs"}');
      // Stands for the package: each letter is a token; "a" is [1, 0] and any other letter [0.6, 0.8]. Each of the two markers around a
      // text is at right angles to all others.
      write(
        join(home, "main.cjs"),
        `exports.AutoTokenizer = { from_pretrained: async () => (texts, { add_special_tokens = true }) => {
           const marked = texts.map((text) => Array.from(add_special_tokens ? "^" + text + "$" : text));
           const width = Math.max(...marked.map(({ length }) => length));
           const letters = marked.flatMap((own) => own.concat(Array(width).fill("")).slice(0, width));
           const dims = [texts.length, width];
           return { input_ids: { data: letters.map((one) => BigInt(one.charCodeAt(0) || 0)), dims },
             attention_mask: { data: letters.map((one) => (one === "" ? 0n : 1n)), dims } };
         } };
         const vectors = { "^": [0, 0, 1, 0], $: [0, 0, 0, 1], a: [1, 0, 0, 0] };
         exports.AutoModel = { from_pretrained: async () => async ({ input_ids: { data, dims } }) =>
           ({ last_hidden_state: { data: data.flatMap((id) => vectors[String.fromCharCode(Number(id))] ?? [0.6, 0.8, 0, 0]),
             dims: [...dims, 4] } }) };`,
      );
      const measures = ["precision", "recall", "fmeasure"].map((measure) => ({
        name: measure,
        type: "bertscore",
        params: { measure },
      }));
      write("config.json", JSON.stringify({ components: measures }));
      write("records.jsonl", records(3));
      const args = ["score", "-c", "config.json", "--json", "--embeddings", "tiny", "records.jsonl"];
      const { code, out, err } = await start(...args).ended;
      expect({ code, err }).toEqual({ code: 0, err: "" });
      const lines = out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(lines[0].words.tokenEmbeddings).toBe("tiny(fp32,512 tokens,last layer)");
      // Of "a" against "ab": "a" finds itself, "b" is 0.6 like "a"; so 1, (1 + 0.6) / 2, and their harmonic mean.
      const { precision, recall, fmeasure } = lines.at(-1).scores;
      expect([precision.mean, recall.mean]).toEqual([1, expect.closeTo(0.8, 12)]);
      expect(fmeasure.mean).toBeCloseTo(1.6 / 1.8, 12);
      expect(await start(...args, "-w", "2").ended).toMatchObject({ code: 0, out });
    });
  });
});
