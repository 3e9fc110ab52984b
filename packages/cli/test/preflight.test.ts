import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SGPClient, type SgpError } from "@evalwire/core";
import { locate } from "@evalwire/metrics";
import { createServer } from "@evalwire/server";
import { preflight as check, datasetRows } from "@evalwire/tasks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evalwire } from "./session.ts";

let folder: string;
const file = (name: string) => join(folder, name);
const lines = (...rows: ReadonlyArray<object>) => rows.map((row) => JSON.stringify(row)).join("\n");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "preflight-"));
  const mappings = { candidate: ["test_case_output", "output"], reference: ["test_case_data", "expected_output"] };
  await writeFile(
    file("v4.json"),
    JSON.stringify({ metric_config: { components: [{ name: "m", type: "rouge", mappings }] } }),
  );
  const tasks = [
    { task_type: "metric", configuration: { type: "bleu", candidate: "item.answer", reference: "item.reference" } },
  ];
  await writeFile(file("v5.json"), JSON.stringify({ name: "v5", tasks }));
  const good = {
    id: "c1",
    test_case_data: { input: "?", expected_output: "!" },
    test_case_output: { generation_output: "!" },
  };
  await writeFile(file("good.jsonl"), lines(good));
  await writeFile(file("bad.jsonl"), lines(good, { ...good, id: "c2", test_case_data: { input: "?" } }));
  await writeFile(file("items.csv"), "question,reference\nWho?,Ada\n");
  await writeFile(file("broken.json"), "{");
});
afterAll(() => rm(folder, { recursive: true }));

describe("evalwire preflight", () => {
  it("says yes, with exit code 0", async () => {
    const { exitCode, lines } = await evalwire(["preflight", "--config", file("v4.json"), file("good.jsonl")]);
    expect({ exitCode, lines }).toEqual({ exitCode: 0, lines: ["1 record: every place leads somewhere"] });
  });

  it("names place and record, counts them, and exits with 3", async () => {
    const ran = await evalwire(["preflight", "--config", file("v4.json"), file("bad.jsonl")]);
    expect(ran).toEqual({
      exitCode: 3,
      lines: [
        "metric_config.components[0].mappings.reference: test_case_data.expected_output leads nowhere in 1 record",
        "  c2",
      ],
      notes: ["evalwire: 1 of 2 records would be refused"],
    });
  });

  it("says in words which file cannot be read", async () => {
    const noted = async (...args: ReadonlyArray<string>) => {
      const { exitCode, notes } = await evalwire(["preflight", ...args]);
      expect(exitCode).toBe(2);
      return notes;
    };
    const gone = file("gone.json");
    const missing = [`evalwire: ${gone}: there is no such file`];
    expect(await noted("--config", gone, file("good.jsonl"))).toEqual(missing);
    expect(await noted("--config", file("v4.json"), gone)).toEqual(missing);
    expect(await noted("--config", file("v4.json"), "--questions", gone, file("good.jsonl"))).toEqual(missing);
    expect(await noted("--config", folder, file("good.jsonl"))).toEqual([
      `evalwire: ${folder}: this is a folder, not a file`,
    ]);
  });

  it("reads standard input, once, and refuses a configuration that is a list", async () => {
    const input = lines({ id: "c9", test_case_data: {}, test_case_output: { generation_output: "!" } });
    const ran = await evalwire(["preflight", "--config", file("v4.json"), "-"], { stdin: input });
    expect([ran.exitCode, ran.lines[1]]).toEqual([3, "  c9"]);
    const twice = await evalwire(["preflight", "--config", file("v4.json"), "-", "-"], { stdin: input });
    expect([twice.exitCode, twice.notes]).toEqual([2, ["evalwire: standard input can be read once"]]);
    await writeFile(file("list.json"), "[]");
    const list = await evalwire(["preflight", "--config", file("list.json"), "-"], { stdin: input });
    expect(list.notes).toEqual([`evalwire: ${file("list.json")} holds a list, not the body of evaluations.create`]);
  });

  it("reads tables for v5, and prints JSON", async () => {
    const { exitCode, lines } = await evalwire(["preflight", "--config", file("v5.json"), file("items.csv"), "--json"]);
    const report = JSON.parse(lines.join("\n"));
    expect(exitCode).toBe(3);
    expect(report.issues).toMatchObject([{ kind: "locator", path: "item.answer", count: 1 }]);
  });

  it.each([
    [["--config", "nowhere.json", "x.jsonl"], 2, "nowhere.json: there is no such file"],
    [["x.jsonl"], 2, "required option '--config <file>' not specified"],
  ])("refuses %j", async (args, code, message) => {
    const { exitCode, notes } = await evalwire(["preflight", ...args]);
    expect(exitCode).toBe(code);
    expect(notes.join(" ")).toContain(message);
  });

  it("refuses a configuration that is no JSON", async () => {
    const { exitCode, notes } = await evalwire(["preflight", "--config", file("broken.json"), file("good.jsonl")]);
    expect(exitCode).toBe(2);
    expect(notes[0]).toContain("broken.json is not JSON");
  });
});

describe("preflight and the embedded server", () => {
  it("agree on which requests are refused, and for which places", async () => {
    await using server = await createServer({ apiKeys: { key: "ada" } });
    const client = new SGPClient({ apiKey: "key", baseURL: "http://evalwire.localhost", fetch: server.fetch });
    const account_id = "a1";
    const dataset = await client.evaluationDatasets.create({
      account_id,
      name: "D",
      schema_type: "FLEXIBLE",
      type: "manual",
    });
    const inputs = [{ question: "Who?", hint: "a" }, { question: "When?" }];
    const cases = await client.evaluationDatasets.testCases.batch({
      evaluation_dataset_id: dataset.id,
      items: inputs.map((input) => ({ account_id, test_case_data: { input, expected_output: "x" } })),
    });
    await client.evaluationDatasets.publish({ evaluation_dataset_id: dataset.id });
    const application = await client.applicationSpecs.create({ account_id, name: "A", description: "An application." });
    const variant = await client.applicationVariants.create({
      account_id,
      application_spec_id: application.id,
      name: "V",
      version: "OFFLINE",
      configuration: {},
    });
    await client.applicationTestCaseOutputs.batch({
      items: cases.map(({ id }, index) => ({
        account_id,
        application_variant_id: variant.id,
        evaluation_dataset_version_num: 1,
        test_case_id: id,
        output: { generation_output: index === 0 ? { answer: "x" } : { answer: "y", source: "z" } },
      })),
    });
    const places = [
      ["test_case_data", "input", "question"],
      ["test_case_data", "input", "hint"],
      ["test_case_data", "expected_output"],
      ["test_case_output", "output", "answer"],
      ["test_case_output", "output", "source"],
      ["test_case_data", "nowhere"],
    ];
    const wanted = { evaluation_dataset_id: dataset.id, application_variant_id: variant.id };
    for (const data_loc of places) {
      const mapped = { candidate: data_loc, reference: ["test_case_data", "expected_output"] };
      const bodies = [
        { annotation_config: { components: [[{ data_loc }]] } },
        { annotation_config: { components: [[{ data_loc, optional: true }]] } },
        { metric_config: { components: [{ name: "m", type: "rouge" as const, mappings: mapped }] } },
      ];
      for (const body of bodies) {
        const report = await check({ evaluation: body, rows: datasetRows(client, wanted), locate });
        const request = {
          ...body,
          ...wanted,
          account_id,
          name: "E",
          description: "?",
          application_spec_id: application.id,
        };
        const refused = await client.evaluations.create(request).then(
          () => undefined,
          (error: SgpError) => error.message,
        );
        expect({ data_loc, body, ok: report.ok, refused }).toMatchObject({ ok: refused === undefined });
        for (const { rows } of report.issues) for (const row of rows) expect(cases.map(({ id }) => id)).toContain(row);
      }
    }
  });
});
