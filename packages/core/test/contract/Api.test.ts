import { describe, expect, it } from "vitest";
import { type OpenApiDocument, openApi } from "../../src/contract/Api.ts";
import { endpoints } from "../../src/contract/index.ts";

const document = openApi();

const operations = ({ paths }: OpenApiDocument) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

const described = new Map(operations(document).map((one) => [one.operation.operationId, one]));

const templated = (path: string): string => path.replaceAll(/:(\w+)/g, "{$1}");

const namesIn = (place: string, name: string): ReadonlyArray<string> =>
  described
    .get(name)!
    .operation.parameters.filter((one) => one.in === place)
    .map((one) => one.name);

describe("the OpenAPI document", () => {
  it("describes each endpoint once, and nothing else", () => {
    const names = operations(document).map(({ operation }) => operation.operationId);
    expect(names.toSorted()).toEqual(endpoints.map(({ name }) => name).toSorted());
  });

  it.each(endpoints)("$name: method, path, parameters, body, answers", (endpoint) => {
    const { name, method, path, params, body } = endpoint;
    const { operation, ...route } = described.get(name)!;
    expect(route).toEqual({ method: method.toLowerCase(), path: templated(path) });
    expect(namesIn("path", name)).toEqual(params);
    expect(namesIn("query", name)).toEqual(endpoint.queryNames);
    expect(namesIn("header", name)).toEqual(["x-selected-account-id"]);
    expect(operation.requestBody !== undefined).toBe(body !== undefined);
    expect(Object.keys(operation.responses)).toEqual(["200", "401", "404", "422"]);
    expect(operation.summary.length).toBeGreaterThan(0);
  });

  it("shows a query's values as what they stand for", () => {
    const schemas = described.get("evaluations.list")!.operation.parameters.map((one) => [one.name, one.schema]);
    expect(Object.fromEntries(schemas)).toMatchObject({
      limit: { type: "integer", minimum: 1, maximum: 10_000 },
      include_archived: { type: "boolean" },
      sort_by: { type: "array", items: { type: "string" } },
    });
  });

  it("requires the key in x-api-key", () => {
    expect(document).toMatchObject({
      openapi: "3.1.0",
      components: { securitySchemes: { "x-api-key": { type: "apiKey", name: "x-api-key", in: "header" } } },
    });
    expect(described.get("evaluations.create")!.operation).toMatchObject({ security: [{ "x-api-key": [] }] });
  });

  it("leaves objects open, and names the members of enums", () => {
    expect(JSON.stringify(document)).not.toContain('"additionalProperties":false');
    expect(document.components.schemas["Task"]).toMatchObject({
      properties: { status: { anyOf: [{ enum: ["NOT_READY", "PENDING", "PENDING_REDO", "COMPLETED", "FIXED"] }, {}] } },
    });
  });

  it("names each object once, as the contract exports it", () => {
    const names = Object.keys(document.components.schemas);
    expect(names).toEqual(expect.arrayContaining(["TestCaseResult", "CreateEvaluation", "v5.ChatCompletionTask"]));
    // The body of a 401 is that of a 404, with a description of its own.
    expect(names.filter((name) => !/^(v5\.)?[A-Z][A-Za-z]*$/.test(name))).toEqual(["Refusal_1"]);
  });

  it("is plain JSON, whose references all lead somewhere", () => {
    const text = JSON.stringify(document);
    expect(JSON.parse(text)).toEqual(document);
    const references = new Set(Array.from(text.matchAll(/"#\/components\/schemas\/([^"]+)"/g), ([, name]) => name!));
    expect([...references].filter((name) => !(name in document.components.schemas))).toEqual([]);
    expect(references.size).toBeGreaterThan(50);
  });
});
