/** Why a metric could not be computed. */
export type MetricErrorReason =
  | { readonly _tag: "UnknownType"; readonly type: string; readonly known: ReadonlyArray<string> }
  | { readonly _tag: "BadConfig"; readonly problem: string }
  | { readonly _tag: "BadParam"; readonly param: string; readonly problem: string }
  | { readonly _tag: "Missing"; readonly mapping: string; readonly path: string; readonly missing: string }
  | { readonly _tag: "NotText"; readonly mapping: string; readonly path: string; readonly kind: string }
  | { readonly _tag: "Unavailable"; readonly what: string }
  | { readonly _tag: "BadRecord"; readonly problem: string }
  | { readonly _tag: "Failed"; readonly problem: string };

const say = (reason: MetricErrorReason): string => {
  switch (reason._tag) {
    case "UnknownType":
      return `unknown type ${JSON.stringify(reason.type)}; known are ${reason.known.join(", ")}`;
    case "BadConfig":
    case "BadRecord":
      return reason.problem;
    case "Failed":
      return `its scorer failed: ${reason.problem}`;
    case "BadParam":
      return `params.${reason.param} ${reason.problem}`;
    case "Missing":
      return `mapping ${reason.mapping}: ${reason.path} leads nowhere, there is no ${JSON.stringify(reason.missing)}`;
    case "NotText":
      return `mapping ${reason.mapping}: ${reason.path} is ${reason.kind}, not text`;
    case "Unavailable":
      return reason.what;
  }
};

/** Values from a configuration or a record may be of any length. */
const shortened = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);

/** A metric that could not be computed. The message names component, mapping, path and record, as far as they are known. */
export class MetricError extends Error {
  override readonly name = "MetricError";
  readonly reason: MetricErrorReason;
  /** The component's name, or its position (`components[2]`) when it has none. */
  readonly component: string | undefined;
  /** The record's id, or its position in the corpus. */
  readonly record: string | undefined;

  constructor(reason: MetricErrorReason, where: { component?: string | undefined; record?: string | undefined } = {}) {
    const { component, record } = where;
    const said = shortened(say(reason), 2000);
    const named = record === undefined ? "" : `record ${shortened(String(record), 200)}`;
    if (component !== undefined) {
      const ofRecord = named === "" ? "" : ` (${named})`;
      super(`component ${shortened(JSON.stringify(component), 200)}: ${said}${ofRecord}`);
    } else super(`${named === "" ? "metric_config" : named}: ${said}`);
    this.reason = reason;
    this.component = component;
    this.record = record;
  }
}
