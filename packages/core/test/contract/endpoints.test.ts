import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type Endpoint,
  type Evaluations,
  endpoints,
  resources,
  type Tasks,
  type Tree,
} from "../../src/contract/index.ts";

const isEndpoint = (node: Tree | Endpoint.Any): node is Endpoint.Any => typeof node["method"] === "string";

const dotted = (tree: Tree, prefix: string): ReadonlyArray<readonly [path: string, endpoint: Endpoint.Any]> =>
  Object.entries(tree).flatMap(([name, node]) =>
    isEndpoint(node) ? [[prefix + name, node] as const] : dotted(node, `${prefix}${name}.`),
  );

/** Lists by their names; jobs come all at once, and a filtered list is a POST. */
const isList = (name: string) =>
  (/\.list(Version)?$/.test(name) && name !== "evaluationDatasets.generationJobs.list") ||
  name === "v5.evaluations.filter";

describe("endpoints", () => {
  it("stand in the tree of resources where their names say", () => {
    const placed = dotted(resources, "");
    expect(placed.map(([path]) => path)).toEqual(placed.map(([, endpoint]) => endpoint.name));
    expect(endpoints).toEqual(placed.map(([, endpoint]) => endpoint));
  });

  it("are each another route", () => {
    const routes = endpoints.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ":")}`);
    expect(routes).toEqual([...new Set(routes)]);
  });

  it("name the parameters of their paths, in order", () => {
    const { path, params } = resources.evaluations.testCaseResults.retrieveVersion;
    expect(path).toBe("/v4/evaluations/:evaluation_id/test-case-results/:test_case_result_id/history/:num");
    expect(params).toEqual(["evaluation_id", "test_case_result_id", "num"]);
  });

  it("read with GET, and are paged where the answer is a page", () => {
    for (const { name, method, body, paging } of endpoints) {
      expect([name, method === "GET" && body !== undefined]).toEqual([name, false]);
      expect([name, paging !== undefined]).toEqual([name, isList(name)]);
      if (paging !== undefined) expect([name, paging]).toEqual([name, name.startsWith("v5.") ? "cursor" : "page"]);
    }
  });

  it("have a body that is an array where many things are sent bare", () => {
    expect(endpoints.filter(({ bodyIsArray }) => bodyIsArray).map(({ name }) => name)).toEqual([
      "evaluations.testCaseResults.batch",
      "evaluationDatasets.testCases.batch",
      "applicationTestCaseOutputs.batch",
    ]);
  });
});

type Args<E> = Endpoint.Args<E>;
type V4 = typeof resources.evaluations;

describe("the arguments of a call", () => {
  it("are its path's parameters, its query and its body in one object", () => {
    expectTypeOf<{ evaluation_id: string; task_id: string; assigned_to: null }>().toExtend<
      Args<V4["tasks"]["update"]>
    >();
    expectTypeOf<{ task_id: string; assigned_to: string }>().not.toExtend<Args<V4["tasks"]["update"]>>();
    expectTypeOf<{ evaluation_id: string; skip_current: true; task_type: "EVALUATION_AUDIT" }>().toExtend<
      Args<V4["claimTask"]>
    >();
    expectTypeOf<{ evaluation_id: string }>().toExtend<Args<V4["retrieve"]>>();
    expectTypeOf<{ limit: number; view: ["AsyncJobs"] }>().toExtend<Args<V4["list"]>>();
  });

  it("take a batch as items", () => {
    expectTypeOf<{ evaluation_id: string; items: [] }>().toExtend<Args<V4["testCaseResults"]["batch"]>>();
    expectTypeOf<{ evaluation_id: string }>().not.toExtend<Args<V4["testCaseResults"]["batch"]>>();
  });

  it("of a creation are one variant or the other: a body that names a dataset is a builder by default", () => {
    const asked = { account_id: "", application_spec_id: "", name: "", description: "" };
    const source = { application_variant_id: "", evaluation_dataset_id: "" };
    expectTypeOf({ ...asked, ...source }).toExtend<Args<V4["create"]>>();
    expectTypeOf({ ...asked, type: "default" as const }).toExtend<Args<V4["create"]>>();
    expectTypeOf(asked).toExtend<Args<V4["create"]>>();
    expectTypeOf({ ...asked, evaluation_dataset_id: "" }).not.toExtend<Args<V4["create"]>>();
    expectTypeOf({ ...asked, type: "builder" as const }).not.toExtend<Args<V4["create"]>>();
  });
});

describe("the answer of a call", () => {
  it("is the wire's object", () => {
    expectTypeOf<Endpoint.Success<V4["retrieve"]>>().toEqualTypeOf<Evaluations.Evaluation>();
    expectTypeOf<Endpoint.Success<V4["claimTask"]>>().toEqualTypeOf<Tasks.Task | null>();
    expectTypeOf<Endpoint.Item<V4["list"]>>().toEqualTypeOf<Evaluations.Evaluation>();
  });

  it("of a result is narrowed to a variant by its known name", () => {
    type Result = Endpoint.Item<V4["testCaseResults"]["list"]>;
    const output = (result: Result) =>
      result.test_case_evaluation_data_schema === "GENERATION"
        ? result.test_case_evaluation_data.generation_output
        : "";
    expectTypeOf(output).returns.toEqualTypeOf<string>();
  });
});
