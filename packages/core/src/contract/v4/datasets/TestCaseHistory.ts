/**
 * The test cases as a version of their dataset holds them; `num` is the version's number. The plain list shows the draft.
 *
 * @source The platform's SDK, `evaluation_datasets.test_cases.history`.
 */
import * as Endpoint from "../../Endpoint.ts";
import * as Schema from "../../schema/Schema.ts";
import { Deleted } from "../Entity.ts";
import * as Page from "../Page.ts";
import { TestCase } from "./TestCases.ts";

const collection = "/v4/evaluation-datasets/:evaluation_dataset_id/test-cases";
const group = "evaluationDatasets.testCases.history";

export const list = Endpoint.get(`${group}.list`, {
  path: `${collection}/history/:num`,
  query: Schema.Struct(Page.query),
  success: Page.of(TestCase),
  paging: "page",
});

export const retrieve = Endpoint.get(`${group}.retrieve`, {
  path: `${collection}/:test_case_id/history/:num`,
  success: TestCase,
});

/** Forgets the earlier states of a test case; what published versions hold of it stays. */
export const remove = Endpoint.remove(`${group}.delete`, {
  path: `${collection}/:test_case_id/history`,
  success: Deleted,
});
