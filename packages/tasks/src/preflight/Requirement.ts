/**
 * A creation request's assumptions about the data: places that must lead somewhere in every record.
 *
 * Read leniently: a configuration may be wrong in every way, and missing parts are not reported here.
 */

/** A `data_loc` of v4, or a locator of v5 (`item.answer`, or a text with `{{item.answer}}` in it). */
export type Location = string | ReadonlyArray<string>;

export interface Requirement {
  readonly kind: "data_loc" | "mapping" | "variable" | "locator";
  /** Where it stands in the request, e.g. `metric_config.components[0].mappings.candidate`. */
  readonly at: string;
  readonly location: Location;
}

/** Something wrong with the request itself, for any data. */
export interface Fault {
  readonly kind: "alias" | "locator" | "mapping" | "order" | "question" | "variable";
  readonly at: string;
  readonly message: string;
}

export interface Requirements {
  readonly places: ReadonlyArray<Requirement>;
  readonly faults: ReadonlyArray<Fault>;
}

export const listOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : []);
