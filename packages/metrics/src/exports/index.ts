/**
 * `@evalwire/metrics/exports`: records out of what evaluation tools export. Shapes as the tools wrote them in August 2026; each reader
 * says which versions it was read from in `docs/guides/score-files.md`.
 */

import { argilla } from "./argilla.ts";
import { braintrust } from "./braintrust.ts";
import { deepeval } from "./deepeval.ts";
import type { ExportReader, ExportRecord, Fields, Sample } from "./ExportReader.ts";
import { helm } from "./helm.ts";
import { inspect } from "./inspect.ts";
import { labelStudio } from "./labelStudio.ts";
import { langfuse } from "./langfuse.ts";
import { langsmith } from "./langsmith.ts";
import { lmEval } from "./lmEval.ts";
import { openaiEvals } from "./openaiEvals.ts";
import { promptfoo } from "./promptfoo.ts";
import { ragas } from "./ragas.ts";
import { isRow } from "./row.ts";
import { sgp } from "./sgp.ts";
import { huggingface, isReadableTable, mlflow, table, wandb } from "./tables.ts";

export {
  ExportError,
  type ExportReader,
  type ExportRecord,
  type Fields,
  type Lookups,
  type OpenedExport,
  type Sample,
} from "./ExportReader.ts";
export { at as valueAtPath, kindOf } from "./row.ts";

/** All readers by name, the ones with the most particular shapes first: recognition takes the first that fits. */
export const exportReaders: Readonly<Record<string, ExportReader>> = Object.fromEntries(
  [
    ...[promptfoo, inspect, helm, lmEval, openaiEvals, langfuse, langsmith, labelStudio, argilla, huggingface],
    ...[sgp, mlflow, wandb, braintrust, deepeval, ragas, table],
  ].map((reader) => [reader.name, reader]),
);

/**
 * The tool that wrote a file, by its first row and what stands around the rows; `undefined` where it is none that is known.
 *
 * @example
 * ```ts
 * import { recogniseExport } from "@evalwire/metrics/exports";
 *
 * const first = { user_input: "When?", response: "At six.", reference: "Six." };
 * recogniseExport({ first, columns: undefined, head: { value: undefined, list: undefined } })?.name; // => "ragas"
 * ```
 */
export const recogniseExport = (sample: Sample): ExportReader | undefined =>
  Object.values(exportReaders).find((reader) => reader.recognises(sample));

/** The reader for rows of no known tool whose texts stand under usual names; `undefined` where they do not. */
export const plainReader = (sample: Sample, fields: Fields): ExportReader | undefined =>
  isReadableTable(sample, fields) ? table : undefined;

/**
 * A record for `computeMetrics`: answer and references at the usual places of v4, the row as `item` for locators. An output of several
 * parts stays one for mappings that go into it; those that do not are given its text.
 */
export const recordOf = ({
  id,
  answer,
  references,
  item,
  testCase,
  output,
}: ExportRecord): Record<string, unknown> => ({
  ...(id === undefined ? {} : { id }),
  item,
  test_case_data: { ...testCase, expected_output: references.length === 0 ? null : references },
  test_case_output: {
    output: answer !== null && isRow(output) ? { ...output, generation_output: answer } : answer,
  },
});
