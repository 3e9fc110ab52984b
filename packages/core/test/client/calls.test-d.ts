/** The shapes of calls, checked by the compiler: this file is type-checked, and runs nothing. */
import type * as Effect from "effect/Effect";
import type * as Stream from "effect/Stream";
import type { Promises } from "../../src/client/Promises.ts";
import type { resources } from "../../src/contract/endpoints.ts";
import type { Evaluations, Tasks, TestCaseResults, v5 } from "../../src/contract/index.ts";
import type { SGPClient, Sgp, SgpError } from "../../src/index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <_ extends true>() => undefined;

declare const client: SGPClient;
declare const sgp: (typeof Sgp)["Service"];

// The seeds' calls.
const retrieved = client.evaluations.retrieve("evaluation_id");
is<Equal<Awaited<typeof retrieved>, Evaluations.Evaluation>>();
const updated = client.evaluations.tasks.update({
  task_id: "task_id",
  evaluation_id: "evaluation_id",
  assigned_to: "user_id",
});
is<Equal<Awaited<typeof updated>, Tasks.Task | null>>();
const created = client.evaluations.create({
  account_id: "account_id",
  application_spec_id: "application_spec_id",
  application_variant_id: "application_variant_id",
  description: "description",
  evaluation_dataset_id: "evaluation_dataset_id",
  name: "name",
});
is<Equal<Awaited<typeof created>, Evaluations.Evaluation>>();
client.v5.evaluations.update({ evaluation_id: "evaluation_id", name: "name", description: "d", tags: ["t"] });

// A bare id, or all arguments; then options for this call.
client.evaluations.retrieve(
  { evaluation_id: "e1", view: ["AsyncJobs"] },
  { signal: AbortSignal.abort(), timeout: "5 seconds" },
);
client.evaluations.retrieve("e1", { headers: { "x-selected-account-id": null }, maxRetries: 0 });
client.evaluations.claimTask("e1");
client.evaluations.claimTask({ evaluation_id: "e1", task_type: "EVALUATION_AUDIT", skip_current: true });
client.evaluations.list();
client.evaluations.list({ page: 2, limit: 10 });
client.evaluations.testCaseResults.list("e1");

// @ts-expect-error an id is required
client.evaluations.retrieve();
// @ts-expect-error two path parameters: a bare id does not say which
client.evaluations.testCaseResults.retrieve("r1");
// @ts-expect-error task_id is missing
client.evaluations.tasks.update({ evaluation_id: "e1" });
// @ts-expect-error task_ids is missing beside the id
client.evaluations.tasks.batchAssign("e1");
// @ts-expect-error name is missing
client.evaluations.create({
  account_id: "a",
  application_spec_id: "s",
  application_variant_id: "v",
  description: "",
  evaluation_dataset_id: "d",
});
// @ts-expect-error no such option
client.evaluations.retrieve("e1", { retries: 3 });

// Lists: the first page, all items, all pages.
const listed = client.evaluations.testCaseResults.list({ evaluation_id: "e1", view: ["Task"] });
const page = await listed;
is<Equal<(typeof page)["items"], ReadonlyArray<TestCaseResults.TestCaseResult>>>();
is<Equal<(typeof page)["total_item_count"], number>>();
for await (const result of listed) is<Equal<typeof result, TestCaseResults.TestCaseResult>>();
for await (const one of listed.pages()) is<Equal<(typeof one)["hasNextPage"], boolean>>();
const next = await page.nextPage();
is<Equal<NonNullable<typeof next>["items"], ReadonlyArray<TestCaseResults.TestCaseResult>>>();
for await (const item of client.v5.evaluationItems.list()) is<Equal<typeof item, v5.EvaluationItems.EvaluationItem>>();

// The same in Effect.
const retrieving = sgp.evaluations.retrieve("e1");
is<Equal<typeof retrieving, Effect.Effect<Evaluations.Evaluation, SgpError>>>();
const streaming = sgp.evaluations.list({ limit: 10 });
is<Equal<typeof streaming, Stream.Stream<Evaluations.Evaluation, SgpError>>>();

// The client has every resource of the contract.
is<Equal<keyof Promises, keyof typeof resources>>();
is<SGPClient extends Promises ? true : false>();

// Options that are `undefined`, as variables of the environment and a first start's cursor are.
declare const maybe: string | undefined;
client.withOptions({ apiKey: maybe, baseURL: maybe, accountID: maybe }).watch("e1", { cursor: maybe });
client.evaluations.retrieve("e1", { signal: undefined });
