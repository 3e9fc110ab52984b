/**
 * The platform's answer to a request it does not accept: FastAPI's body, the only error the documents describe.
 *
 * @source API reference, response 422 of every route (`HTTPValidationError`); other statuses carry `{ detail: text }`.
 */
import * as Schema from "./schema/Schema.ts";
import type { Codec } from "./Wire.ts";

const detail = {
  /** `["body", "name"]`, `["query", "limit"]`, …: where the fault lies. */
  loc: Schema.Array(Schema.Union([Schema.String, Schema.Int])),
  msg: Schema.String,
  /** A name for the kind of fault, e.g. `"missing"`. */
  type: Schema.String,
};

/** One fault of a request. */
export interface Detail extends Schema.StructType<typeof detail> {}
export const Detail: Codec<Detail> = Schema.Struct(detail);

const validationError = { detail: Schema.Array(Detail) };

/** The body of a 422. */
export interface ValidationError extends Schema.StructType<typeof validationError> {}
export const ValidationError: Codec<ValidationError> = Schema.Struct(validationError);

const refusal = { detail: Schema.String };

/** The body of any other refusal. */
export interface Refusal extends Schema.StructType<typeof refusal> {}
export const Refusal: Codec<Refusal> = Schema.Struct(refusal);
