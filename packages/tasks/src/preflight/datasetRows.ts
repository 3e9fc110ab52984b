/**
 * The records of a dataset on the platform, to check a request against: test cases with a variant's outputs (v4), or items (v5).
 *
 * v4 has no route here that lists the test cases of an earlier version: they are read as they are now.
 */
import type { SGPClient } from "@evalwire/core";
import { checkOptions } from "@evalwire/core/contract";
import type { PreflightRow } from "./preflight.ts";

export interface DatasetRowsArgs {
  readonly evaluation_dataset_id: string;
  readonly application_variant_id?: string;
  readonly evaluation_dataset_version?: number;
}

const argNames: Record<keyof DatasetRowsArgs, true> = {
  evaluation_dataset_id: true,
  application_variant_id: true,
  evaluation_dataset_version: true,
};

/** Reads test cases and outputs, page by page. Throws an `SgpError` where the server refuses. */
export async function* datasetRows(client: SGPClient, args: DatasetRowsArgs): AsyncGenerator<PreflightRow> {
  checkOptions("datasetRows", args, argNames);
  const { evaluation_dataset_id, application_variant_id, evaluation_dataset_version } = args;
  const outputs = new Map<string, { readonly output: unknown; readonly spans: unknown }>();
  if (application_variant_id !== undefined) {
    const wanted = {
      evaluation_dataset_id,
      application_variant_id,
      ...(evaluation_dataset_version === undefined
        ? {}
        : { evaluation_dataset_version_num: evaluation_dataset_version }),
    };
    for await (const { test_case_id, output, interaction } of client.applicationTestCaseOutputs.list(wanted)) {
      outputs.set(test_case_id, { output, spans: interaction?.trace_spans });
    }
  }
  for await (const { id, test_case_data } of client.evaluationDatasets.testCases.list({ evaluation_dataset_id })) {
    const found = outputs.get(id);
    yield {
      id,
      test_case_data,
      ...(found === undefined ? {} : { test_case_output: { output: found.output }, trace: found.spans }),
    };
  }
}

/** Reads the items of a v5 dataset, page by page. Throws an `SgpError` where the server refuses. */
export async function* datasetRowsV5(
  client: SGPClient,
  args: { readonly dataset_id: string; readonly version?: number },
): AsyncGenerator<PreflightRow> {
  for await (const { id, data } of client.v5.datasetItems.list(args)) yield { id, item: data };
}
