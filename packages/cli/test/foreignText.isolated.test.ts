/** No command sends foreign control characters to a terminal: in names, ids, users, texts of errors, and command line arguments. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SGPClient } from "@evalwire/core";
import type * as Fleet from "@evalwire/fleet";
import type * as Queue from "@evalwire/fleet/queue";
import { createServer, type EvalwireServer } from "@evalwire/server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { evalwire, type RunOptions } from "./session.ts";

const foreign = "F\u001b]0;title\u0007\u001b[2J\u009b8m\u0000\u202e\u2028\r\nSECOND";

vi.mock("@evalwire/fleet", async (original) => ({
  ...(await original<typeof Fleet>()),
  fleetStatus: async () => overview,
}));

vi.mock("@evalwire/fleet/queue", async (original) => ({
  ...(await original<typeof Queue>()),
  openQueue: async ({ onFailure }: { readonly onFailure: (error: unknown) => void }) => {
    onFailure(new Error(foreign));
    return {
      version: foreign,
      queue: { work: async () => ({ done: 0, close: async () => undefined }) },
      [Symbol.asyncDispose]: async () => undefined,
    };
  },
}));

vi.mock("../src/demo/cases/index.ts", () => ({
  cases: Array.from({ length: 4 }, (_, index) => ({
    title: `${foreign} ${index}`,
    document: `${foreign} says the notice of ${index}`,
    expected: `${foreign} a notice ${index}`,
    output: `${foreign} the notice ${index}`,
  })),
}));

const overview = {
  name: foreign,
  server: { version: foreign, isClustered: false, notes: [foreign] },
  servers: [foreign, foreign].map((address) => ({ address, version: foreign })),
  missingNodes: [foreign],
  differences: [foreign],
  unknown: [foreign],
  members: [
    {
      facts: { name: foreign, evaluations: foreign, haltedMillis: 3, formats: { current: foreign } },
      offices: { [foreign]: 1 },
      health: {
        state: foreign,
        shards: { all: 1, held: [foreign] },
        lags: [{ behind: null }],
        budget: { share: 1, perMinute: 1 },
        problems: [foreign],
        consumers: [{ name: foreign, behind: foreign }],
      },
    },
  ],
  logs: [{ stream: foreign, messages: 1, bytes: 1 }],
  consumers: [{ name: foreign, pending: 1, unacknowledged: 0, redelivered: 0 }],
  queue: { jobs: 0, results: 0 },
  deadLetters: 1,
};

// The program's own codes: a colour, the cursor hidden and shown, the progress line taken away.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const own = /\u001b\[(?:\d+m|\?25[hl])|\r\u001b\[2K/g;

/** Runs the command beside a terminal and on one; gives what both showed together. */
const shown = async (args: ReadonlyArray<string>, options: () => RunOptions = () => ({})): Promise<string> => {
  let all = "";
  for (const screen of [{}, { screen: 100 }]) {
    const given = options();
    const ran = await evalwire(args, { ...given, ...screen, env: { FORCE_COLOR: "1", ...given.env } });
    for (const line of [...ran.lines, ...ran.notes]) {
      const text = line.replaceAll(own, "");
      expect(text).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      expect(text).not.toMatch(/^\s*SECOND/);
      all += `${text}\n`;
    }
  }
  return all;
};

/** How the beginning of the text looks where it was shown. */
const escaped = "F\\u001b]0;title\\u0007\\u001b[2J";

/** Interrupts once a line has come that `isLast` knows. */
const interruptedAfter = (isLast: (line: string) => boolean, env: Record<string, string> = {}): RunOptions => {
  const stop = new AbortController();
  return { env, stop: stop.signal, onLine: (line) => isLast(line) && stop.abort() };
};

let folder: string;
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "evalwire-foreign-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("an evaluation with such names", () => {
  let server: EvalwireServer;
  let evaluationId: string;
  let env: Record<string, string>;
  beforeEach(async () => {
    server = await createServer({ apiKeys: { key: foreign } });
    const { url } = await server.listen();
    env = { SGP_API_KEY: "key", SGP_CLIENT_BASE_URL: url };
    const client = new SGPClient({ apiKey: "key", baseURL: url });
    const account_id = foreign;
    const dataset = await client.evaluationDatasets.create({
      account_id,
      name: foreign,
      schema_type: "GENERATION",
      type: "manual",
    });
    const evaluation_dataset_id = dataset.id;
    const items = [{ account_id, test_case_data: { input: foreign } }];
    const [testCase] = await client.evaluationDatasets.testCases.batch({ evaluation_dataset_id, items });
    await client.evaluationDatasets.publish({ evaluation_dataset_id });
    const spec = await client.applicationSpecs.create({ account_id, name: foreign, description: foreign });
    const application_spec_id = spec.id;
    const evaluation = await client.evaluations.create({
      type: "default",
      account_id,
      name: foreign,
      description: foreign,
      application_spec_id,
    });
    evaluationId = evaluation.id;
    await client.evaluations.testCaseResults.batch({
      evaluation_id: evaluationId,
      items: Array.from({ length: 2 }, () => ({
        account_id,
        application_spec_id,
        test_case_id: testCase!.id,
        evaluation_dataset_version_num: "1",
        test_case_evaluation_data: { generation_output: foreign },
      })),
    });
    await client.close();
  });
  afterEach(() => server.close());

  it.each([[[]], [["--json"]]])("watch %j", async (more) => {
    const all = await shown(["watch", evaluationId, "--replay", ...more], () => {
      const { onLine, ...options } = interruptedAfter((line) => /claimed|"assignment.created"/.test(line), env);
      const client = new SGPClient({ apiKey: "key", baseURL: env["SGP_CLIENT_BASE_URL"]! });
      return {
        ...options,
        onLine: (line) => {
          onLine?.(line);
          if (/watching|"watch.synced"/.test(line))
            void client.evaluations.claimTask({ evaluation_id: evaluationId, skip_current: true });
        },
      };
    });
    expect(all).toContain(more.length === 0 ? "F\\u001b]0" : escaped);
  });

  it("watch of what is not there", async () => {
    expect(await shown(["watch", foreign], () => ({ env }))).toContain("not found");
  });
});

describe("demo with such texts", () => {
  it.each([[[]], [["--json"]]])("%j", async (more) => {
    const all = await shown(["demo", "--once", "--seed", foreign, ...more]);
    expect(all).toContain(more.length === 0 ? "completed" : escaped);
    expect(all).toContain("F\\u001b]0;title");
  });
});

describe("serve", () => {
  it("names its users", async () => {
    const args = ["serve", "--port", "0", "--database", ":memory:", "--api-key", `key=${foreign}`];
    await shown(args, () => interruptedAfter(() => true));
  });
});

describe("preflight", () => {
  const rows = (id: unknown) => `${JSON.stringify({ id, test_case_data: {}, test_case_output: {} })}\n`;
  const config = (path: string) => {
    const mappings = { candidate: ["test_case_output", path], reference: ["test_case_data", path] };
    return JSON.stringify({ metric_config: { components: [{ name: foreign, type: "rouge", mappings }] } });
  };

  it.each([[[]], [["--json"]]])("names places and records %j", async (more) => {
    const args = ["preflight", "--config", file("config.json", config(foreign)), file("rows.jsonl", rows(foreign))];
    expect(await shown([...args, ...more].filter((arg) => arg !== "--json"))).toContain(escaped);
    const report = await evalwire([...args, "--json"], { screen: 100, env: { FORCE_COLOR: "1" } });
    expect(report.lines.join("\n").replaceAll(own, "")).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it.each([
    ["a file that is not there", () => ["--config", join(folder, foreign), "x.jsonl"]],
    ["a file that is no JSON", () => ["--config", file("broken.json", foreign), "x.jsonl"]],
    [
      "an unknown type of metric",
      () => [
        "--config",
        file("type.json", JSON.stringify({ metric_config: { components: [{ name: foreign, type: foreign }] } })),
        file("one.jsonl", rows("1")),
      ],
    ],
    ["a broken record", () => ["--config", file("good.json", config("x")), file("bad.jsonl", `{"id": ${foreign}`)]],
    [
      "a question's id",
      () => [
        "--config",
        file("questions.json", JSON.stringify({ question_id_to_annotation_config: { [foreign]: { components: [] } } })),
        "--questions",
        file("ids.json", JSON.stringify([foreign.slice(1)])),
        file("two.jsonl", rows("1")),
      ],
    ],
  ])("reports %s", async (_, args) => {
    expect(await shown(["preflight", ...args()])).not.toBe("");
  });
});

describe("a fleet", () => {
  it.each([[[]], [["--json"]]])("status %j", async (more) => {
    expect(await shown(["fleet", "status", "--fleet", "nats://127.0.0.1:9", ...more])).toContain(escaped);
  });

  it("worker", async () => {
    const all = await shown(["worker", "--fleet", "nats://127.0.0.1:9", "--name", foreign], () => {
      const stop = new AbortController();
      stop.abort();
      return { stop: stop.signal };
    });
    expect(all.split(escaped).length - 1).toBe(2 * 3);
  });

  it("worker of servers that cannot be", async () => {
    expect(await shown(["fleet", foreign])).toContain(escaped);
  });
});
