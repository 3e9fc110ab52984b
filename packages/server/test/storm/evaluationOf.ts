import type { SGPClient } from "@evalwire/core";

const account_id = "storm";

/** An evaluation of so many tasks. */
export const evaluationOf = async (client: SGPClient, count: number) => {
  const dataset = await client.evaluationDatasets.create({
    account_id,
    name: "Storm",
    schema_type: "GENERATION",
    type: "manual",
  });
  const items = Array.from({ length: count }, (_, index) => ({
    account_id,
    test_case_data: { input: `question ${index}`, expected_output: "yes" },
  }));
  const testCases = await client.evaluationDatasets.testCases.batch({ evaluation_dataset_id: dataset.id, items });
  await client.evaluationDatasets.publish({ evaluation_dataset_id: dataset.id });
  const spec = await client.applicationSpecs.create({ account_id, name: "Storm", description: "none" });
  const variant = await client.applicationVariants.create({
    account_id,
    application_spec_id: spec.id,
    name: "Storm",
    version: "OFFLINE",
    configuration: {},
  });
  await client.applicationTestCaseOutputs.batch({
    items: testCases.map(({ id }) => ({
      account_id,
      application_variant_id: variant.id,
      evaluation_dataset_version_num: 1,
      test_case_id: id,
      output: { generation_output: "yes" },
    })),
  });
  return client.evaluations.create({
    account_id,
    name: "Storm",
    description: "none",
    application_spec_id: spec.id,
    application_variant_id: variant.id,
    evaluation_dataset_id: dataset.id,
    metric_config: {
      components: [
        {
          name: "overlap",
          type: "rouge",
          mappings: {
            candidate: ["test_case_output", "output"],
            reference: ["test_case_data", "expected_output"],
          },
        },
      ],
    },
  });
};
