/** An evaluation to play with: six summaries and their tasks, on an embedded server in this process. */
import { SGPClient, type SGPClientOptions } from "@evalwire/core";
import type { Evaluations } from "@evalwire/core/contract";
import { createServer, type EvalwireServer, type ServerOptions } from "@evalwire/server";

const texts = [
  [
    "The ferry stays in port today because of the storm.",
    "The storm keeps the ferry in port.",
    "The ferry sails at noon.",
  ],
  [
    "Soak the beans overnight, then cook them for an hour.",
    "Soak beans, then cook an hour.",
    "Cook the soaked beans for an hour.",
  ],
  [
    "The lift is out of order until Friday; use the stairs.",
    "The lift is broken until Friday.",
    "The lift is out of order until Friday.",
  ],
  [
    "Sow carrots in dry soil and they will not come up.",
    "Carrots need moist soil.",
    "Carrots do not come up in dry soil.",
  ],
  [
    "The library opens at ten on weekdays and is closed on Sundays.",
    "Open weekdays from ten, closed Sundays.",
    "The library is closed.",
  ],
  [
    "Grease the chain once a month, more often in the rain.",
    "Grease the chain monthly.",
    "Grease the chain once a month.",
  ],
] as const;

const account_id = "examples";

export interface SmallEvaluation extends AsyncDisposable {
  readonly server: EvalwireServer;
  readonly ada: SGPClient;
  readonly ben: SGPClient;
  readonly evaluation: Evaluations.Evaluation;
}

/** Opens a server with the users `ada` and `ben`, and builds the evaluation through the client, as one would in the cloud. */
export const smallEvaluation = async (
  options: { readonly server?: Partial<ServerOptions>; readonly client?: SGPClientOptions } = {},
): Promise<SmallEvaluation> => {
  const server = await createServer({ apiKeys: { "key-ada": "ada", "key-ben": "ben" }, ...options.server });
  const clientOf = (apiKey: string) =>
    new SGPClient({ apiKey, baseURL: "http://evalwire.localhost", fetch: server.fetch, ...options.client });
  const ada = clientOf("key-ada");

  const dataset = await ada.evaluationDatasets.create({
    account_id,
    name: "Notices",
    schema_type: "GENERATION",
    type: "manual",
  });
  const testCases = await ada.evaluationDatasets.testCases.batch({
    evaluation_dataset_id: dataset.id,
    items: texts.map(([input, expected_output]) => ({ account_id, test_case_data: { input, expected_output } })),
  });
  await ada.evaluationDatasets.publish({ evaluation_dataset_id: dataset.id });
  const application = await ada.applicationSpecs.create({
    account_id,
    name: "Summariser",
    description: "Shortens notices.",
  });
  const variant = await ada.applicationVariants.create({
    account_id,
    application_spec_id: application.id,
    name: "First draft",
    version: "OFFLINE",
    configuration: {},
  });
  await ada.applicationTestCaseOutputs.batch({
    items: testCases.map((testCase, index) => ({
      account_id,
      application_variant_id: variant.id,
      evaluation_dataset_version_num: 1,
      test_case_id: testCase.id,
      output: { generation_output: texts[index]![2] },
    })),
  });
  const evaluation = await ada.evaluations.create({
    account_id,
    name: "Notices, first draft",
    description: "Are the summaries right?",
    application_spec_id: application.id,
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
  return { server, ada, ben: clientOf("key-ben"), evaluation, [Symbol.asyncDispose]: server.close };
};
