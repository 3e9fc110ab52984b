/** Answers of application variants to the test cases of a dataset version. */
import {
  type ApplicationTestCaseOutputs,
  type ApplicationVariants,
  TestCaseData,
  type TestCases,
} from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { Answer, CallContext, Handler, Steps } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import * as Input from "../../http/Input.ts";
import { invalid } from "../../http/Refusal.ts";
import { collection, type Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import * as EvaluationDatasets from "../datasets/EvaluationDatasets.ts";
import * as Page from "../Page.ts";
import { variants } from "./ApplicationVariants.ts";
import { interactionOf } from "./interactionOf.ts";

type Output = ApplicationTestCaseOutputs.ApplicationTestCaseOutput;
type Asked = ApplicationTestCaseOutputs.CreateApplicationTestCaseOutput;

/** Children of their variant. */
export const outputs = collection<Output>("application_test_case_output", "Application test case output");

/** Fields sent with an output and shown elsewhere. */
export interface Remembered {
  readonly metrics: Readonly<Record<string, number>>;
  readonly ignoreMissing: boolean;
}

export const remembered = (output: Document<Output>): Remembered => output.hidden as Remembered;

const generation = Input.reader(TestCaseData.GenerationOutput);
const flexible = Input.reader(TestCaseData.FlexibleOutput);

/** An output must be of its dataset's schema. */
export const checkOutput = (
  schemaType: unknown,
  output: unknown,
  loc: ReadonlyArray<string | number>,
): Answer<void> => {
  const read = (schemaType === "GENERATION" ? generation : flexible)(output, "");
  if ("value" in read) return Effect.void;
  return Effect.fail(invalid(...read.details.map((detail) => Detail.under(loc, detail))));
};

/** The test cases of some outputs as their dataset's versions hold them; each version is read once, and only the requested cases. */
const heldCases = (drafts: ReadonlyMap<string, Document<TestCases.TestCase>>) => {
  const kept = new Map<string, ReadonlyMap<string, Document<TestCases.TestCase>>>();
  return Effect.fnUntraced(function* (
    datasetId: string,
    num: number,
    loc: ReadonlyArray<string | number>,
  ): Steps<ReadonlyMap<string, Document<TestCases.TestCase>>> {
    const key = `${datasetId}/${num}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const version = yield* EvaluationDatasets.versionOf(datasetId, num, loc);
    const held = yield* EvaluationDatasets.casesAmong(version, [...drafts.values()]);
    kept.set(key, held);
    return held;
  });
};

/** The version of a test case that a dataset version holds; 422 when it holds none. */
const heldCase = Effect.fnUntraced(function* (
  one: Asked,
  draft: Document<TestCases.TestCase> | undefined,
  held: ReturnType<typeof heldCases>,
  loc: ReadonlyArray<string | number>,
): Steps<Document<TestCases.TestCase>> {
  const num = one.evaluation_dataset_version_num;
  const at = [...loc, "test_case_id"];
  if (draft === undefined) {
    return yield* invalid(Detail.value(at, `test case ${one.test_case_id} does not exist`));
  }
  const cases = yield* held(draft.parentId!, num, [...loc, "evaluation_dataset_version_num"]);
  const found = cases.get(draft.id);
  if (found !== undefined) return found;
  return yield* invalid(Detail.value(at, `version ${num} of the dataset does not hold test case ${draft.id}`));
});

export const batch: Handler<typeof ApplicationTestCaseOutputs.batch> = Effect.fnUntraced(function* (call) {
  const { documents, reserve } = yield* Store;
  const testCaseIds = call.body.map((one) => one.test_case_id);
  const drafts = yield* documents.retrieveMany(EvaluationDatasets.testCases, testCaseIds);
  const variant = new Map<string, Document<ApplicationVariants.ApplicationVariant>>();
  for (const id of new Set(call.body.map((one) => one.application_variant_id))) {
    const first = call.body.findIndex((one) => one.application_variant_id === id);
    variant.set(id, yield* Entity.refer(variants, call, id, ["body", first, "application_variant_id"]));
  }
  const [group] = yield* reserve("application_test_case_output_group", 1);
  const held = heldCases(drafts);
  const asked: Array<Entity.Draft<Output>> = [];
  for (const [index, one] of call.body.entries()) {
    const loc = ["body", index] as const;
    const accountId = yield* Entity.accountOf(call, one.account_id);
    const testCase = yield* heldCase(one, drafts.get(one.test_case_id), held, loc);
    yield* checkOutput(testCase.body.schema_type, one.output, [...loc, "output"]);
    const { application_spec_id: specId } = variant.get(one.application_variant_id)!.body;
    const common = { accountId, call, groupId: group!.id, specId };
    asked.push({
      accountId,
      parentId: one.application_variant_id,
      hidden: { metrics: one.metrics ?? {}, ignoreMissing: one.ignore_missing ?? false } satisfies Remembered,
      body: (id) => toOutput(id, one, testCase, common),
    });
  }
  const made = yield* Entity.createMany(outputs, asked);
  return made.map(({ body }) => body);
});

const toOutput = (
  id: string,
  one: Asked,
  testCase: Document<TestCases.TestCase>,
  common: {
    readonly accountId: string;
    readonly call: CallContext;
    readonly groupId: string;
    readonly specId: string;
  },
): Output => {
  const interaction = interactionOf(common.call, { ...common, outputId: id, asked: one, testCase: testCase.body });
  const interactionId = interaction?.id ?? one.application_interaction_id ?? undefined;
  return {
    id,
    account_id: common.accountId,
    application_variant_id: one.application_variant_id,
    evaluation_dataset_id: testCase.body.evaluation_dataset_id,
    evaluation_dataset_version_num: one.evaluation_dataset_version_num,
    test_case_id: testCase.body.id,
    test_case_version_id: testCase.id,
    created_at: common.call.now,
    application_test_case_output_group_id: common.groupId,
    ...(interactionId === undefined ? {} : { application_interaction_id: interactionId }),
    ...(interaction === undefined ? {} : { interaction }),
    schema_type: testCase.body.schema_type,
    output: one.output,
  } as Output;
};

/** An output, as far as choosing it goes. */
export interface Choice {
  readonly id: string;
  readonly ignoreMissing: boolean;
}

/**
 * The newest output of a variant for each test case of a dataset version; of one group when it is named. By test case id.
 */
export const newestOutputs = Effect.fnUntraced(function* (
  variantId: string,
  datasetId: string,
  num: number,
  group: string | undefined,
): Steps<ReadonlyMap<string, Choice>> {
  const newest = new Map<string, Choice>();
  const choose = (some: ReadonlyArray<Document<Output>>) =>
    Effect.sync(() => {
      for (const output of some) {
        const { body, id } = output;
        if (body.evaluation_dataset_id !== datasetId || body.evaluation_dataset_version_num !== num) continue;
        if (group !== undefined && body.application_test_case_output_group_id !== group) continue;
        newest.set(body.test_case_id, { id, ignoreMissing: remembered(output).ignoreMissing });
      }
    });
  yield* Entity.walk(outputs, { parentId: variantId }, choose);
  return newest;
});

/** Only the filters that were given. */
const filterOf = (call: CallContext & { readonly query: Record<string, unknown> }) => {
  const names = [
    "evaluation_dataset_id",
    "evaluation_dataset_version_num",
    "application_test_case_output_group_id",
  ] as const;
  const asked = names.filter((name) => call.query[name] !== undefined && call.query[name] !== null);
  return asked.length === 0 ? undefined : (body: Output) => asked.every((name) => body[name] === call.query[name]);
};

export const list: Handler<typeof ApplicationTestCaseOutputs.list> = (call) => {
  const variant = call.query.application_variant_id ?? undefined;
  return Page.list(outputs, call, {
    ...(variant === undefined ? {} : { parentId: variant }),
    filter: filterOf(call),
  });
};

export const retrieve: Handler<typeof ApplicationTestCaseOutputs.retrieve> = (call) =>
  Entity.bodyOf(Entity.find(outputs, call, call.params.application_test_case_output_id));
