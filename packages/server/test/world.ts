/** A server without a socket, and calls on it by the contract's endpoints: every answer is held against the contract. */
import {
  type ApplicationSpecs,
  type ApplicationTestCaseOutputs,
  type ApplicationVariants,
  type Endpoint,
  type EvaluationDatasets,
  type Evaluations,
  guard,
  resources,
  type TestCases,
  ValidationError,
} from "@evalwire/core/contract";
import { createServer, type ServerOptions } from "../src/index.ts";

export const apiKeys = { "key-ada": "ada", "key-ben": "ben", "key-cleo": "cleo" };

export type Key = keyof typeof apiKeys;

type Parts<E extends Endpoint.Any> =
  E extends Endpoint.Endpoint<infer Path, infer Query, infer Body, any>
    ? {
        readonly params?: { readonly [Name in Endpoint.ParamsOf<Path>]: string };
        readonly query?: Query;
        readonly body?: Body;
      }
    : never;

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly value: any;
}

const pathOf = (endpoint: Endpoint.Any, params: Record<string, string>): string =>
  endpoint.path.replace(/:([a-z_]+)/g, (_: string, name: string) => encodeURIComponent(params[name] ?? ""));

const searchOf = (query: object): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.set(name, String(value));
  return search.size === 0 ? "" : `?${search}`;
};

const isRefusal = (value: unknown): boolean => typeof (value as { detail?: unknown } | null)?.detail === "string";

/** Rules for an answer of any status. */
const hold = (endpoint: Endpoint.Any, { status, value }: Answered): void => {
  const isFine =
    status === 200
      ? guard(endpoint.success)(value)
      : status === 422
        ? guard(ValidationError.ValidationError)(value)
        : status < 500 && isRefusal(value);
  if (!isFine) throw new Error(`${endpoint.name}: ${status} is not as the contract says: ${JSON.stringify(value)}`);
};

export const makeWorld = async (options: Partial<ServerOptions> = {}) => {
  const server = await createServer({ apiKeys, seed: 1, ...options });
  const called = new Set<string>();

  /** Any request. */
  const send = async (
    method: string,
    path: string,
    init: { body?: unknown; key?: string; headers?: object; isText?: boolean } = {},
  ) => {
    const headers = { "x-api-key": init.key ?? "key-ada", "content-type": "application/json", ...init.headers };
    const body = typeof init.body === "string" || init.body === undefined ? init.body : JSON.stringify(init.body);
    const response = await server.fetch(`http://localhost${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const isText = init.isText === true && response.status === 200;
    const value = isText ? await response.text() : await response.json();
    return { status: response.status, headers: response.headers, value } as Answered;
  };

  /** The call's answer, of any status. */
  const attempt = async <E extends Endpoint.Any>(endpoint: E, parts: Parts<E>, key: Key = "key-ada", headers = {}) => {
    const { params = {}, query = {}, body } = parts as { params?: object; query?: object; body?: unknown };
    const path = pathOf(endpoint, params as Record<string, string>) + searchOf(query);
    const answered = await send(endpoint.method, path, { body, key, headers, isText: endpoint.isText });
    hold(endpoint, answered);
    if (answered.status === 200) called.add(endpoint.name);
    return answered;
  };

  /** The call's value; throws unless it succeeded. */
  const call = async <E extends Endpoint.Any>(
    endpoint: E,
    parts: Parts<E>,
    key: Key = "key-ada",
  ): Promise<Endpoint.Success<E>> => {
    const answered = await attempt(endpoint, parts, key);
    if (answered.status !== 200) {
      throw new Error(`${endpoint.name}: ${answered.status} ${JSON.stringify(answered.value)}`);
    }
    return answered.value;
  };

  return { server, called, send, attempt, call, close: server.close, [Symbol.asyncDispose]: server.close };
};

export type World = Awaited<ReturnType<typeof makeWorld>>;

const account_id = "acme";

export interface Prepared {
  readonly account_id: string;
  readonly spec: ApplicationSpecs.ApplicationSpec;
  readonly variant: ApplicationVariants.ApplicationVariant;
  readonly dataset: EvaluationDatasets.EvaluationDataset;
  readonly testCases: ReadonlyArray<TestCases.TestCase>;
  readonly outputs: ReadonlyArray<ApplicationTestCaseOutputs.ApplicationTestCaseOutput>;
}

/** An application, a published dataset of `count` texts, and an output for each. */
export const prepare = async ({ call }: World, count: number): Promise<Prepared> => {
  const spec = await call(resources.applicationSpecs.create, {
    body: { account_id, name: "Summaries", description: "Shortens notices" },
  });
  const variant = await call(resources.applicationVariants.create, {
    body: { account_id, application_spec_id: spec.id, name: "first", version: "OFFLINE", configuration: {} },
  });
  const dataset = await call(resources.evaluationDatasets.create, {
    body: { account_id, name: "Notices", schema_type: "FLEXIBLE", type: "manual" },
  });
  const testCases = await call(resources.evaluationDatasets.testCases.batch, {
    params: { evaluation_dataset_id: dataset.id },
    body: Array.from({ length: count }, (_, index) => ({
      account_id,
      test_case_data: {
        input: { document: `Notice ${index}: the bridge is closed on Monday.` },
        expected_output: { summary: `The bridge is closed, notice ${index}.` },
      },
    })),
  });
  await call(resources.evaluationDatasets.publish, { params: { evaluation_dataset_id: dataset.id }, body: {} });
  const outputs = await call(resources.applicationTestCaseOutputs.batch, {
    body: testCases.map((testCase, index) => ({
      account_id,
      application_variant_id: variant.id,
      evaluation_dataset_version_num: 1,
      test_case_id: testCase.id,
      output: { generation_output: { summary: `The bridge is closed on Monday ${index}.` } },
      metrics: { words: 6 },
      trace_spans: [
        {
          node_id: "writer",
          operation_input: { text: "in" },
          operation_output: { text: "out" },
          start_timestamp: "2026-01-02T03:04:05Z",
        },
      ],
    })),
  });
  return { account_id, spec, variant, dataset, testCases, outputs };
};

/** The body that builds an evaluation of what was prepared. */
export const evaluationOf = (prepared: Prepared) => ({
  account_id,
  application_spec_id: prepared.spec.id,
  application_variant_id: prepared.variant.id,
  evaluation_dataset_id: prepared.dataset.id,
  name: "March",
  description: "Are the summaries right?",
});

/** An evaluation of `count` results, each with its task. */
export const makeEvaluation = async (
  world: World,
  count: number,
): Promise<Prepared & { readonly evaluation: Evaluations.Evaluation }> => {
  const prepared = await prepare(world, count);
  const evaluation = await world.call(resources.evaluations.create, { body: evaluationOf(prepared) });
  return { ...prepared, evaluation };
};
