/**
 * The contract as an `HttpApi`, and from that as the OpenAPI document that `GET /openapi.json` answers with.
 *
 * It is derived from `endpoints` and stands apart from the contract's index: `effect/http-api` weighs too much for a
 * browser, and is marked unstable, so no type of it leaves this module.
 */
import * as HttpApi from "effect/http-api/HttpApi";
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint";
import * as HttpApiGroup from "effect/http-api/HttpApiGroup";
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware";
import * as HttpApiSchema from "effect/http-api/HttpApiSchema";
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity";
import * as OpenApi from "effect/http-api/OpenApi";
import * as Schema from "effect/Schema";
import type * as Endpoint from "./Endpoint.ts";
import { effectSchema } from "./effectSchema.ts";
import { type EndpointName, endpoints } from "./endpoints.ts";
import type { Codec } from "./schema/Schema.ts";
import { summaries } from "./summaries.ts";
import { Refusal, ValidationError } from "./ValidationError.ts";

const refusal = (status: number, description: string, body: Codec<any>) =>
  effectSchema(body).annotate({ description }).pipe(HttpApiSchema.status(status));

// Made once, so that the document has one of each and not one for each route.
const refusals = [
  refusal(404, "There is no such thing, or not for this account.", Refusal),
  refusal(422, "The request is not what the route takes.", ValidationError),
];

class ApiKey extends HttpApiMiddleware.Service<ApiKey>()("evalwire/contract/ApiKey", {
  security: { "x-api-key": HttpApiSecurity.apiKey({ key: "x-api-key" }) },
  error: refusal(401, "The key is missing or wrong.", Refusal),
}) {}

/** `"evaluations.tasks.update"` is the endpoint `update` of the group `evaluations.tasks`. */
const split = (name: string): readonly [group: string, method: string] => {
  const dot = name.lastIndexOf(".");
  return [name.slice(0, dot), name.slice(dot + 1)];
};

interface Parameter {
  readonly name: string;
  readonly in: string;
}

/** An `HttpApi` shows a query as the strings that are sent; what a caller wants to know is what they stand for. */
const withTypedQuery = (query: Codec<unknown> | undefined) => (operation: Record<string, any>) => {
  if (query === undefined) return operation;
  const fields = Schema.toJsonSchemaDocument(effectSchema(query)).schema["properties"] as Record<string, unknown>;
  return {
    ...operation,
    parameters: operation["parameters"].map((one: Parameter) =>
      one.in === "query" ? { ...one, schema: fields[one.name], style: "form", explode: false } : one,
    ),
  };
};

/** The library's types follow each endpoint's schemas; here they are only known to be endpoints. */
type Make = (
  name: string,
  path: string,
  options: object,
) => HttpApiEndpoint.HttpApiEndpoint<string, "GET", `/${string}`>;

const describe = (endpoint: Endpoint.Any) =>
  (HttpApiEndpoint.make(endpoint.method) as unknown as Make)(split(endpoint.name)[1], endpoint.path, {
    params: Schema.Struct(Object.fromEntries(endpoint.params.map((name: string) => [name, Schema.String]))),
    query: endpoint.query && effectSchema(endpoint.query),
    payload: endpoint.body && effectSchema(endpoint.body),
    headers: Schema.Struct({ "x-selected-account-id": Schema.optionalKey(Schema.String) }),
    success: effectSchema(endpoint.success),
    error: refusals,
  })
    .annotate(OpenApi.Summary, summaries[endpoint.name as EndpointName])
    .annotate(OpenApi.Transform, withTypedQuery(endpoint.query));

const groups = () =>
  Array.from(new Set(endpoints.map(({ name }) => split(name)[0])), (group) => {
    const [first, ...others] = endpoints.filter(({ name }) => split(name)[0] === group).map(describe);
    return HttpApiGroup.make(group)
      .add(first!, ...others)
      .middleware(ApiKey);
  });

const httpApi = () => {
  const [first, ...others] = groups();
  return HttpApi.make("sgp")
    .add(first!, ...others)
    .annotate(OpenApi.Title, "SGP evaluation API, as evalwire speaks it")
    .annotate(
      OpenApi.Description,
      "An independent description of the routes evalwire uses. Unknown fields are allowed everywhere.",
    );
};

/** A document's objects are open, as the wire's are; the library closes those that declare fields. */
const open = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(open);
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).filter(([name, value]) => !(name === "additionalProperties" && value === false));
  return Object.fromEntries(entries.map(([name, value]) => [name, open(value)]));
};

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/** One method on one path. */
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: ReadonlyArray<Parameter & { readonly required: boolean; readonly schema: unknown }>;
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}

/**
 * The OpenAPI document of every route of the contract, built again at each call.
 *
 * @example
 * ```ts
 * import { openApi } from "@evalwire/core/contract/api";
 *
 * openApi().paths["/v4/evaluations/{evaluation_id}"]?.get?.operationId; // => "evaluations.retrieve"
 * ```
 */
export const openApi = (): OpenApiDocument => open(OpenApi.fromApi(httpApi())) as OpenApiDocument;
