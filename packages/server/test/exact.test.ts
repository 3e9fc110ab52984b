/** Data of the caller's own comes back as it was spelled, through every way it is stored and written again. */
import { SGPClient } from "@evalwire/core";
import { exactJson } from "@evalwire/core/exact";
import fc from "fast-check";
import { expect, it } from "vitest";
import * as ExactJson from "../src/ExactJson.ts";
import { createServer } from "../src/index.ts";

const stage = async () => {
  const server = await createServer({ apiKeys: { "key-ada": "ada" } });
  const send = async (method: string, path: string, body?: string): Promise<string> => {
    const headers = { "x-api-key": "key-ada", "content-type": "application/json" };
    const init = { method, headers, ...(body === undefined ? {} : { body }) };
    const response = await server.fetch(`http://localhost${path}`, init);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${response.status} ${text}`);
    return text;
  };
  return { server, send, [Symbol.asyncDispose]: server.close };
};

const spelled = '{"id":1234567890123456789,"one":1.0,"zero":-0.0,"exp":1e400,"deep":[{"n":0.10}],"text":"1.0"}';

it("integers beyond 2^53 and the spelling of numbers survive the server, also what is changed later", async () => {
  await using on = await stage();
  const { id } = JSON.parse(await on.send("POST", "/v5/datasets", `{"name":"d","data":[${spelled}]}`));
  const listed = await on.send("GET", `/v5/dataset-items?dataset_id=${id}`);
  expect(listed).toContain(`"data":${spelled}`);
  const item = JSON.parse(listed).items[0].id;
  expect(await on.send("PATCH", `/v5/dataset-items/${item}`, `{"data":${spelled.replace("789,", "790,")}}`)).toContain(
    '"id":1234567890123456790',
  );
  // Archiving parses what is stored and writes it again.
  expect(await on.send("DELETE", `/v5/dataset-items/${item}`)).toContain('"one":1.0,"zero":-0.0,"exp":1e400');

  const evaluation = await on.send(
    "POST",
    "/v5/evaluations",
    `{"name":"e","data":[${spelled}],"metadata":{"big":9007199254740993}}`,
  );
  expect(evaluation).toContain('"big":9007199254740993');
  const at = `/v5/evaluations/${JSON.parse(evaluation).id}`;
  const patched = await on.send("PATCH", at, '{"metadata":{"more":2.50}}');
  expect(patched).toContain('"metadata":{"big":9007199254740993,"more":2.50}');
  expect(await on.send("GET", `/v5/evaluation-items?evaluation_id=${JSON.parse(evaluation).id}`)).toContain(
    `"data":${spelled}`,
  );
  expect(await on.send("GET", `${at}/schema`)).toContain('{"field_name":"id","data_type":"number"');
});

it("a number that a schema knows is a number, however it is spelled", async () => {
  await using on = await stage();
  const body =
    '{"name":"q","prompt":"p","question_type":"rating","configuration":{"min_label":"a","max_label":"b","steps":5.0}}';
  expect(await on.send("POST", "/v5/questions", body)).toContain('"steps":5}');
});

it("through the client: as numbers they are rounded, as bigint they are kept both ways", async () => {
  await using on = await stage();
  const { id } = JSON.parse(await on.send("POST", "/v5/datasets", `{"name":"d","data":[${spelled}]}`));
  const client = (integers: "number" | "bigint") =>
    new SGPClient({ apiKey: "key-ada", baseURL: "http://localhost", fetch: on.server.fetch, integers });
  const first = async (integers: "number" | "bigint") =>
    (await client(integers).v5.datasetItems.list({ dataset_id: id })).items[0]!;
  expect((await first("number")).data).toMatchObject({ id: 1234567890123456800 });
  const item = await first("bigint");
  expect(item.data).toMatchObject({ id: 1234567890123456789n, one: 1 });
  const data = { ...(item.data as object), twice: 2n ** 70n };
  await client("bigint").v5.datasetItems.update({ dataset_item_id: item.id, data });
  const text = await on.send("GET", `/v5/dataset-items/${item.id}`);
  expect(text).toContain('"id":1234567890123456789');
  expect(text).toContain(`"twice":${2n ** 70n}`);
});

it("stringify(parse(text)) = text, for any number as it may be spelled", () => {
  const digits = fc.stringMatching(/^(0|[1-9]\d{0,24})$/);
  const number = fc
    .tuple(
      fc.constantFrom("", "-"),
      digits,
      fc.stringMatching(/^(\.\d{1,20})?$/),
      fc.stringMatching(/^([eE][+-]?\d{1,3})?$/),
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.array(number), fc.boolean(), (numbers, isNested) => {
      const text = isNested ? `{"a":[${numbers.join(",")}],"b":"x"}` : `[${numbers.join(",")}]`;
      expect(JSON.stringify(ExactJson.parse(text))).toBe(text);
    }),
    { numRuns: 500 },
  );
});

const ordered = '{"b":1.0,"10":{"z":1,"3":[{"k":-0,"2":2,"1":1}]},"9":12345678901234567890,"a":0}';

it("keys keep their order, also those that spell whole numbers, also where data is changed, copied or exported", async () => {
  await using on = await stage();
  const dataset = JSON.parse(await on.send("POST", "/v5/datasets", `{"name":"d","data":[${ordered}]}`));
  const listed = await on.send("GET", `/v5/dataset-items?dataset_id=${dataset.id}`);
  expect(listed).toContain(`"data":${ordered}`);
  const item = JSON.parse(listed).items[0].id;

  const more = `{"dataset_item_id":"${item}","y":1,"7":2}`;
  const copied = await on.send(
    "POST",
    "/v5/evaluations",
    `{"name":"e","dataset_id":"${dataset.id}","data":[${more}],"metadata":${ordered}}`,
  );
  expect(copied).toContain(`"metadata":${ordered}`);
  const at = `evaluation_id=${JSON.parse(copied).id}`;
  expect(await on.send("GET", `/v5/evaluation-items?${at}`)).toContain(`"data":${ordered.slice(0, -1)},"y":1,"7":2}`);
  const patched = await on.send(
    "PATCH",
    `/v5/evaluations/${JSON.parse(copied).id}`,
    '{"metadata":{"a":null,"4":1,"0":2}}',
  );
  expect(patched).toContain(`"metadata":${ordered.replace(',"a":0}', ',"4":1,"0":2}')}`);
  const body = `{"evaluation_id":"${JSON.parse(copied).id}","export_format":"jsonl"}`;
  expect(await on.send("POST", "/v5/evaluation-items/export", body)).toContain(ordered.slice(0, -1));

  const score =
    '{"task_type":"metric","alias":"5","configuration":{"type":"bleu","candidate":"item.t","reference":"item.t"}}';
  const scored = await on.send("POST", "/v5/evaluations", `{"name":"s","data":[{"t":"a","6":1}],"tasks":[${score}]}`);
  expect(await on.send("GET", `/v5/evaluation-items?evaluation_id=${JSON.parse(scored).id}`)).toMatch(
    /"data":\{"t":"a","6":1,"5":/,
  );

  const renamed = await on.send(
    "POST",
    "/v5/evaluations",
    `{"name":"n","data":[${ordered}],"dataset":{"name":"New","keys":["9","b","10"]}}`,
  );
  const made =
    JSON.parse(renamed).datasets?.[0]?.id ?? JSON.parse(await on.send("GET", "/v5/datasets")).items.at(-1).id;
  expect(await on.send("GET", `/v5/dataset-items?dataset_id=${made}`)).toContain(
    `"data":${ordered.replace(',"a":0', "")}`,
  );
});

it("v4 data, form answers and maps with names of the caller's own keep their order", async () => {
  await using on = await stage();
  const account = '"account_id":"acme"';
  const dataset = JSON.parse(
    await on.send(
      "POST",
      "/v4/evaluation-datasets",
      `{${account},"name":"d","schema_type":"GENERATION","type":"manual"}`,
    ),
  );
  const at = `/v4/evaluation-datasets/${dataset.id}/test-cases`;
  const data = `{"expected_extra_info":{"schema_type":"STRING","info":"i","4":2},"input":"q","b":1,"3":${ordered}}`;
  const made = await on.send("POST", at, `{${account},"test_case_data":${data}}`);
  expect(made).toContain(`"test_case_data":${data}`);
  expect(await on.send("GET", at)).toContain(`"test_case_data":${data}`);
});

it("through the client: with exactJson what is read can be passed back as it was", async () => {
  await using on = await stage();
  const { id } = JSON.parse(await on.send("POST", "/v5/datasets", `{"name":"d","data":[${ordered}]}`));
  const client = new SGPClient({
    apiKey: "key-ada",
    baseURL: "http://localhost",
    fetch: on.server.fetch,
    json: exactJson,
  });
  const item = (await client.v5.datasetItems.list({ dataset_id: id })).items[0]!;
  expect(Object.keys(item.data as object)).toEqual(["b", "10", "9", "a"]);
  await client.v5.datasetItems.update({ dataset_item_id: item.id, data: item.data as Record<string, unknown> });
  expect(await on.send("GET", `/v5/dataset-items/${item.id}`)).toContain(`"data":${ordered}`);
  const copy = await client.v5.datasets.create({ name: "copy", data: [item.data as Record<string, unknown>] });
  expect(await on.send("GET", `/v5/dataset-items?dataset_id=${copy.id}`)).toContain(`"data":${ordered}`);
});
