/**
 * Inputs of a test case and outputs of an application, by the dataset's schema.
 *
 * `GENERATION` is text in, text out; `FLEXIBLE` allows maps on both sides. A `FLEXIBLE` map's values are text, numbers,
 * booleans, chunks, messages, images (`{ file_type, uri | file_id }`), or any other JSON.
 *
 * @source API reference v4, "Create Test Case", "Create Application Test Case Outputs", "Get Test Case Result".
 */
import * as Schema from "../../schema/Schema.ts";
import { type Codec, JsonObject, openEnum, optional, unknownTag } from "../../Wire.ts";

export const schemaTypes = ["GENERATION", "FLEXIBLE"] as const;
export const SchemaType = openEnum(schemaTypes);
export type SchemaType = typeof SchemaType.Type;

const chunk = { text: Schema.String, metadata: optional(JsonObject) };

/** A retrieved passage. */
export interface Chunk extends Schema.StructType<typeof chunk> {}
export const Chunk: Codec<Chunk> = Schema.Struct(chunk);

const message = {
  role: openEnum(["user", "assistant", "system"]),
  content: Schema.String,
};

/** One turn of a conversation, as a value of a `FLEXIBLE` map. */
export interface Message extends Schema.StructType<typeof message> {}
export const Message: Codec<Message> = Schema.Struct(message);

const extraInfo = Schema.Union([
  Schema.Struct({ schema_type: Schema.Literal("CHUNKS"), chunks: Schema.Array(Chunk) }),
  Schema.Struct({ schema_type: Schema.Literal("STRING"), info: Schema.String }),
  Schema.Struct({ schema_type: unknownTag(["CHUNKS", "STRING"]) }),
]);

/** Extra information beside an application's output: retrieved chunks, or a text. */
export type ExtraInfo = typeof extraInfo.Type;
export const ExtraInfo: Codec<ExtraInfo> = extraInfo;

const textOrMap = Schema.Union([Schema.String, JsonObject]);

/** Text, or a map of the dataset's own keys. */
export type TextOrMap = typeof textOrMap.Type;
export const TextOrMap: Codec<TextOrMap> = textOrMap;

const generationTestCaseData = {
  input: Schema.String,
  expected_output: optional(Schema.String),
  expected_extra_info: optional(ExtraInfo),
  artifact_ids_filter: optional(Schema.Array(Schema.String)),
};

/** Question of a `GENERATION` test case, and the expected answer. */
export interface GenerationTestCaseData extends Schema.StructType<typeof generationTestCaseData> {}
export const GenerationTestCaseData: Codec<GenerationTestCaseData> = Schema.Struct(generationTestCaseData);

const flexibleTestCaseData = {
  input: TextOrMap,
  expected_output: optional(TextOrMap),
  expected_extra_info: optional(ExtraInfo),
};

/** Question of a `FLEXIBLE` test case, and the expected answer. */
export interface FlexibleTestCaseData extends Schema.StructType<typeof flexibleTestCaseData> {}
export const FlexibleTestCaseData: Codec<FlexibleTestCaseData> = Schema.Struct(flexibleTestCaseData);

const anyTestCaseData = { ...flexibleTestCaseData, artifact_ids_filter: optional(Schema.Array(Schema.String)) };

/** The data of a new test case, of either schema: which one it must be, the dataset says. */
export interface AnyTestCaseData extends Schema.StructType<typeof anyTestCaseData> {}
export const AnyTestCaseData: Codec<AnyTestCaseData> = Schema.Struct(anyTestCaseData);

const generationOutput = {
  generation_output: Schema.String,
  generation_extra_info: optional(ExtraInfo),
};

/** An application's answer to a `GENERATION` test case. */
export interface GenerationOutput extends Schema.StructType<typeof generationOutput> {}
export const GenerationOutput: Codec<GenerationOutput> = Schema.Struct(generationOutput);

const flexibleOutput = {
  generation_output: TextOrMap,
  generation_extra_info: optional(ExtraInfo),
};

/** An application's answer to a `FLEXIBLE` test case. */
export interface FlexibleOutput extends Schema.StructType<typeof flexibleOutput> {}
export const FlexibleOutput: Codec<FlexibleOutput> = Schema.Struct(flexibleOutput);
