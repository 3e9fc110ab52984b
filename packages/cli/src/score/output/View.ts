/** Options of a call on the records of its files: how they are read, selected and paired. */
import type { Fields } from "@evalwire/metrics/exports";
import type { Condition } from "../blocks/Choice.ts";

export interface View {
  /** Name of a reader of exports, or `records` for records as they are; recognised when absent. */
  readonly from: string | undefined;
  /** Path to the list of records in a JSON document. */
  readonly records: string | undefined;
  readonly id: string | undefined;
  readonly where: ReadonlyArray<Condition>;
  readonly groupBy: ReadonlyArray<string>;
  readonly fields: Fields;
}
