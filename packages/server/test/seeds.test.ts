/**
 * The calls of the platform's own pages, as they stand there, against this server on a socket: in TypeScript with the import line
 * changed, and by curl. The pages themselves lie beside the checkout where they are available; the calls below say the same.
 */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SGPClient } from "@evalwire/core";
import { guard, resources, v5 } from "@evalwire/core/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Listener } from "../src/index.ts";
import { makeEvaluation, makeWorld, type World } from "./world.ts";

const run = promisify(execFile);
const here = fileURLToPath(new URL("..", import.meta.url));

let world: World;
let listener: Listener;

beforeAll(async () => {
  const given = new Map<string, number>();
  world = await makeWorld({
    apiKeys: { "key-ada": "ada", "My API Key": "ada" },
    // The pages name things by what they are: the first of each kind has that name here.
    ids: (kind) => {
      const number = (given.get(kind) ?? 0) + 1;
      given.set(kind, number);
      const name = kind.replace(/^v5_/, "");
      return number === 1 ? `${name}_id` : `${name}_id_${number}`;
    },
  });
  await makeEvaluation(world, 2);
  await world.call(resources.v5.evaluations.create, { body: { name: "n", data: [{ a: 1 }] } });
  listener = await world.server.listen();
});

afterAll(() => world.close());

/** Runs a program in a process of its own, as a reader of the page would, and gives what it prints. */
const program = async (source: string): Promise<string> => {
  const flags = ["--conditions=@evalwire/source", "--no-warnings", "--input-type=module-typescript"];
  const { stdout } = await run(process.execPath, [...flags, "--eval", source], {
    cwd: here,
    env: { ...process.env, SGP_API_KEY: "key-ada", SGP_CLIENT_BASE_URL: listener.url },
  });
  return stdout.trim();
};

const importLine = 'import { SGPClient } from "@evalwire/core";\n';

const retrieve = `
const client = new SGPClient({ apiKey: "My API Key" });
const evaluation = await client.evaluations.retrieve("evaluation_id");
console.log(evaluation.id);`;

const create = `
const client = new SGPClient({ apiKey: process.env["SGP_API_KEY"] });
async function main() {
  const evaluation = await client.evaluations.create({
    account_id: "acme",
    application_spec_id: "application_spec_id",
    application_variant_id: "application_variant_id",
    description: "description",
    evaluation_dataset_id: "evaluation_dataset_id",
    name: "name",
  });
  console.log(evaluation.id);
}
main();`;

describe("the pages' calls in TypeScript", () => {
  it("an evaluation is retrieved", async () => {
    expect(await program(importLine + retrieve)).toBe("evaluation_id");
  });

  it("an evaluation is created", async () => {
    expect(await program(importLine + create)).toMatch(/^evaluation_id_\d+$/);
  });

  it("a task is updated, by names instead of an order of arguments", async () => {
    const client = new SGPClient({ apiKey: "key-ada", baseURL: listener.url });
    const names = { task_id: "task_id", evaluation_id: "evaluation_id" };
    expect((await client.evaluations.tasks.update(names))?.id).toBe("task_id");
    const assigned = await client.evaluations.tasks.update({ ...names, assigned_to: "ben" });
    expect(assigned).toMatchObject({ id: "task_id", assigned_to: "ben", status: "PENDING" });
  });

  it("an evaluation of v5 is updated", async () => {
    const client = new SGPClient({ apiKey: "key-ada", baseURL: listener.url });
    const changed = await client.v5.evaluations.update({
      evaluation_id: "evaluation_id",
      name: "<string>",
      description: "<string>",
      tags: ["<string>"],
    });
    expect(changed).toMatchObject({ id: "evaluation_id", object: "evaluation", tags: ["<string>"] });
  });
});

const hasCurl = await run("curl", ["--version"]).then(
  () => true,
  () => false,
);
if (!hasCurl) console.warn("seeds.test.ts: there is no curl here; its calls are NOT tested");

describe("the pages' calls by curl", () => {
  const curl = async (...args: ReadonlyArray<string>): Promise<any> => {
    const { stdout } = await run("curl", ["--silent", "--show-error", "--header", "x-api-key: My API Key", ...args]);
    return JSON.parse(stdout);
  };
  const json = ["--header", "Content-Type: application/json"];

  it.skipIf(!hasCurl)("all four of them", async () => {
    const one = await curl("--url", `${listener.url}/v4/evaluations/evaluation_id`);
    expect(guard(resources.evaluations.retrieve.success)(one)).toBe(true);

    const body = {
      account_id: "acme",
      application_spec_id: "application_spec_id",
      application_variant_id: "application_variant_id",
      description: "description",
      evaluation_dataset_id: "evaluation_dataset_id",
      name: "name",
    };
    const made = await curl(...json, "--url", `${listener.url}/v4/evaluations`, "--data", JSON.stringify(body));
    expect(made).toMatchObject({ name: "name", status: "PENDING", total_test_case_result_count: 2 });

    const task = `${listener.url}/v4/evaluations/evaluation_id/tasks/task_id`;
    const updated = await curl("--request", "PATCH", ...json, "--url", task, "--data", '{"assigned_to":"cleo"}');
    expect(updated).toMatchObject({ id: "task_id", assigned_to: "cleo" });

    const data = '{"name": "<string>", "description": "<string>", "tags": ["<string>"]}';
    const evaluation = `${listener.url}/v5/evaluations/evaluation_id`;
    const changed = await curl("--request", "PATCH", ...json, "--url", evaluation, "--data", data);
    expect(guard(v5.Evaluations.Evaluation)(changed)).toBe(true);
    expect(changed).toMatchObject({ name: "<string>", tags: ["<string>"] });
  });
});

const seeds = fileURLToPath(new URL("../../../../shared/seeds/", import.meta.url));
const hasSeeds = existsSync(seeds);
if (!hasSeeds) console.warn("seeds.test.ts: the pages are not beside the checkout; their own text is NOT run");

/** The programs of a page: from the import of the client to the last line before the answer's JSON. */
const programs = (page: string): ReadonlyArray<string> =>
  Array.from(page.matchAll(/import SGPClient from 'sgp';([\s\S]*?)(?=\{\s*"name": "<string>")/g), ([, code]) => code!);

describe("the pages' own text", () => {
  const all = hasSeeds ? readdirSync(seeds).flatMap((name) => programs(readFileSync(`${seeds}${name}`, "utf8"))) : [];

  it.skipIf(!hasSeeds)("runs with another import line", async () => {
    expect(all.length).toBeGreaterThanOrEqual(2);
    for (const source of new Set(all)) {
      // The page's account is a placeholder like its ids, and any account will do.
      expect(await program(importLine + source)).toMatch(/^evaluation_id(_\d+)?$/);
    }
  });
});
