// A newcomer's program after the first pages of the documentation: an embedded server, an evaluation with one task, and its first event.
import { SGPClient } from "@evalwire/core";
import { createServer } from "@evalwire/server";

const account_id = "a1";
const server = await createServer({ apiKeys: { "my-key": "ada" } });
const client = new SGPClient({ apiKey: "my-key", baseURL: "http://localhost", fetch: server.fetch });

const { id: evaluation_dataset_id } = await client.evaluationDatasets.create({
  account_id,
  name: "Notices",
  schema_type: "GENERATION",
  type: "manual",
});
const test_case_data = { input: "The ferry stays in port.", expected_output: "No ferry." };
const [{ id: test_case_id }] = await client.evaluationDatasets.testCases.batch({
  evaluation_dataset_id,
  items: [{ account_id, test_case_data }],
});
await client.evaluationDatasets.publish({ evaluation_dataset_id });
const application = await client.applicationSpecs.create({ account_id, name: "Summariser", description: "" });
const { id: application_variant_id } = await client.applicationVariants.create({
  account_id,
  application_spec_id: application.id,
  name: "First draft",
  version: "OFFLINE",
  configuration: {},
});
await client.applicationTestCaseOutputs.batch({
  items: [
    {
      account_id,
      application_variant_id,
      evaluation_dataset_version_num: 1,
      test_case_id,
      output: { generation_output: "The ferry sails." },
    },
  ],
});
const { id } = await client.evaluations.create({
  account_id,
  name: "Notices, first draft",
  description: "",
  application_spec_id: application.id,
  application_variant_id,
  evaluation_dataset_id,
});

const watch = client.watch(id);
for await (const event of watch) {
  console.log(`first event: ${event.type}`);
  break;
}
await watch.close();
await client.close();
await server.close();
