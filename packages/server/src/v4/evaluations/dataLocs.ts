/** Where a layout looks: every `data_loc` of an annotation config, and whether it may lead nowhere. */
import type { AnnotationConfig } from "@evalwire/core/contract";
import { locate, type MetricRecord } from "@evalwire/metrics";
import * as Detail from "../../http/Detail.ts";

interface DataLoc {
  /** Where in the request the location itself stands. */
  readonly at: ReadonlyArray<string | number>;
  readonly path: ReadonlyArray<string>;
  readonly isOptional: boolean;
}

type Item = { readonly data_loc: ReadonlyArray<string>; readonly optional?: boolean | null };

const ofItem = (item: Item, at: DataLoc["at"]): DataLoc => ({
  at: [...at, "data_loc"],
  path: item.data_loc,
  isOptional: item.optional ?? false,
});

/** The fields of the kinds that name single places: `document_loc`, `summary_loc`, … */
const ofFields = (config: object, at: DataLoc["at"]): ReadonlyArray<DataLoc> =>
  Object.entries(config).flatMap(([name, path]) =>
    name.endsWith("_loc") && Array.isArray(path) ? [{ at: [...at, name], path, isOptional: false }] : [],
  );

type AnyLayout = AnnotationConfig.Layout | AnnotationConfig.AnnotationConfig;

const ofConfig = (config: AnyLayout, at: DataLoc["at"]): ReadonlyArray<DataLoc> => {
  const components = "components" in config ? (config.components ?? []) : [];
  const prompt = "llm_prompt" in config ? config.llm_prompt : undefined;
  return [
    ...components.flatMap((row, i) => row.map((item, j) => ofItem(item, [...at, "components", i, j]))),
    ...ofFields(config, at),
    ...(prompt?.variables ?? []).map((one, i) => ofItem(one, [...at, "llm_prompt", "variables", i])),
  ];
};

/** The layouts of a request, or of an answer, where the places of a request are components. */
export interface Layouts {
  readonly annotation_config?: AnyLayout | null;
  readonly question_id_to_annotation_config?: Readonly<Record<string, AnyLayout>> | null;
}

const ofLayouts = (layouts: Layouts): ReadonlyArray<DataLoc> => [
  ...(layouts.annotation_config ? ofConfig(layouts.annotation_config, ["body", "annotation_config"]) : []),
  ...Object.entries(layouts.question_id_to_annotation_config ?? {}).flatMap(([question, config]) =>
    ofConfig(config, ["body", "question_id_to_annotation_config", question]),
  ),
];

/** A detail for each location that leads nowhere in some record and is not optional. A record's `id` is its test case's. */
export const wrongIn = (layouts: Layouts, records: ReadonlyArray<MetricRecord>): ReadonlyArray<Detail.Detail> =>
  ofLayouts(layouts).flatMap(({ at, path, isOptional }) => {
    if (path.length === 0) return [Detail.value(at, "a data_loc names at least one step")];
    if (isOptional) return [];
    const lost = records.filter((record) => !locate(path, record).found);
    if (lost.length === 0) return [];
    const others = lost.length === 1 ? "" : ` and ${lost.length - 1} more`;
    return [Detail.value(at, `${path.join(".")} leads nowhere for test case ${lost[0]!.id}${others}`)];
  });
