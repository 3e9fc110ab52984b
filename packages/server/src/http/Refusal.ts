/**
 * Why a request was not done, as the answer that says so: a status and FastAPI's `detail`.
 *
 * A refusal is a client error (4xx). Anything else is a defect, answered with a 500 without any detail.
 */
import * as Data from "effect/Data";
import type { Detail } from "./Detail.ts";

export class Refusal extends Data.TaggedError("Refusal")<{
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 421 | 422;
  /** One sentence, or for 422 what is wrong where. */
  readonly detail: string | ReadonlyArray<Detail>;
  readonly headers?: Record<string, string>;
}> {
  override get message(): string {
    return typeof this.detail === "string"
      ? this.detail
      : this.detail.map(({ loc, msg }) => `${loc.join(".")}: ${msg}`).join("; ");
  }
}

export const badRequest = (detail: string) => new Refusal({ status: 400, detail });

export const unauthorized = (detail: string) =>
  new Refusal({ status: 401, detail, headers: { "www-authenticate": "ApiKey" } });

export const forbidden = (detail: string) => new Refusal({ status: 403, detail });

/** `noun` with a capital, as in `Evaluation`; `where` goes on with the sentence, as in `in version 3`. */
export const notFound = (noun: string, id: string, where?: string) =>
  new Refusal({ status: 404, detail: `${noun} ${id} not found${where === undefined ? "" : ` ${where}`}` });

/** Something the platform does and this server does not. */
export const unavailable = (detail: string) => new Refusal({ status: 400, detail });

export const conflict = (detail: string) => new Refusal({ status: 409, detail });

export const invalid = (...details: ReadonlyArray<Detail>) => new Refusal({ status: 422, detail: details });
