// The platform, for the page: an embedded server with one evaluation of one task. Prints where it is.
import { SGPClient } from "@evalwire/core";
import { createServer } from "@evalwire/server";

const account_id = "a1";
const server = await createServer({ apiKeys: { "my-key": "ada" } });
const { url } = await server.listen();
const client = new SGPClient({ apiKey: "my-key", baseURL: url });
const { id: evaluation_dataset_id } = await client.evaluationDatasets.create({
  account_id,
  name: "Notices",
  schema_type: "GENERATION",
  type: "manual",
});
const [{ id: test_case_id }] = await client.evaluationDatasets.testCases.batch({
  evaluation_dataset_id,
  items: [{ account_id, test_case_data: { input: "a", expected_output: "b" } }],
});
await client.evaluationDatasets.publish({ evaluation_dataset_id });
const application = await client.applicationSpecs.create({ account_id, name: "Summariser", description: "" });
const variant = await client.applicationVariants.create({
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
      application_variant_id: variant.id,
      evaluation_dataset_version_num: 1,
      test_case_id,
      output: { generation_output: "c" },
    },
  ],
});
const evaluation = await client.evaluations.create({
  account_id,
  name: "Notices, first draft",
  description: "",
  application_spec_id: application.id,
  application_variant_id: variant.id,
  evaluation_dataset_id,
});
console.log(JSON.stringify({ url, evaluationId: evaluation.id }));
