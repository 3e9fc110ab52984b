/**
 * Code common to the sources over a client's pipeline.
 */
import * as Effect from "effect/Effect";
import { undecodable } from "../../client/http/Answer.ts";
import type * as Paging from "../../client/Paging.ts";
import { SgpError } from "../../client/SgpError.ts";
import type { Exchange } from "../../client/Transport.ts";
import type * as Endpoint from "../../contract/Endpoint.ts";
import { httpDate } from "../../contract/httpDate.ts";
import type { Include } from "./Include.ts";
import type { PageSize } from "./PageSize.ts";
import { isJson, type Json } from "./Reader.ts";
import type { Answer, TaskRead } from "./Source.ts";

export interface Options {
  readonly evaluationId: string;
  /** Items requested per page. */
  readonly pageSize: number | PageSize;
  /** Fields to keep in `row.included`. */
  readonly include: ReadonlyArray<string> | Include;
}

/** The watch has its own patience and its own budget: a retry that it does not see would be outside of both. */
export const once = { maxRetries: 0, poll: true } as const;

/** `Age` is whole seconds (RFC 9111, section 5.1); what is not is no `Age`. */
const ageOf = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d{1,9}$/.test(header) ? Number(header) : undefined;

export const answerOf = <B>(made: Exchange<unknown>, value: B): Answer<B> => ({
  value,
  date: httpDate(made.headers["date"]),
  ageSeconds: ageOf(made.headers["age"]),
  bytes: made.bytes,
});

/** The fields read of a list's envelope; everything but the items may be missing. */
export interface Envelope extends Paging.Page {
  readonly total: number | undefined;
}

const numberOf = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

export const unreadable = (endpoint: Endpoint.Any, path: string, expected: string) =>
  new SgpError({ reason: undecodable(path, `expected ${expected}`), endpoint: endpoint.name, attempts: 1 });

/** The page in an answer that was not checked; an answer without items is no page. */
export const envelopeOf = (endpoint: Endpoint.Any, { value }: Exchange<unknown>): Effect.Effect<Envelope, SgpError> => {
  const items = isJson(value) ? value["items"] : undefined;
  if (!isJson(value) || !Array.isArray(items)) return Effect.fail(unreadable(endpoint, "items", "an array"));
  const total = numberOf(endpoint.paging === "page" ? value["total_item_count"] : value["total"]);
  const has_more = typeof value["has_more"] === "boolean" ? value["has_more"] : undefined;
  return Effect.succeed({ items, total, total_item_count: total, has_more });
};

/** The object in an answer that was not checked. */
export const objectOf = (endpoint: Endpoint.Any, { value }: Exchange<unknown>): Effect.Effect<Json, SgpError> =>
  isJson(value) ? Effect.succeed(value) : Effect.fail(unreadable(endpoint, "", "an object"));

/** A count, without which an evaluation cannot be read. */
export const countOf = (endpoint: Endpoint.Any, json: Json, field: string): Effect.Effect<number, SgpError> => {
  const count = numberOf(json[field]);
  return count === undefined ? Effect.fail(unreadable(endpoint, field, "a number")) : Effect.succeed(count);
};

/** Of a thing that is not there the server says nothing else either. */
export const gone: Answer<TaskRead> = { value: { row: undefined, issues: [] }, date: undefined };

/** A look at one thing, which may not be there. */
export const orGone = (look: Effect.Effect<Answer<TaskRead>, SgpError>): Effect.Effect<Answer<TaskRead>, SgpError> =>
  Effect.catch(look, (error) => (error.reason._tag === "NotFound" ? Effect.succeed(gone) : Effect.fail(error)));
