/** Archived things in v5: only callers who request them see them, and DELETE answers with the object. */
import * as Effect from "effect/Effect";
import * as Entity from "../Entity.ts";
import type { CallContext, Steps } from "../Handler.ts";
import { notFound } from "../http/Refusal.ts";
import type { Collection, Document } from "../store/Documents.ts";

/** The document; 404 when it is archived and the request does not include archived ones. */
export const find = Effect.fnUntraced(function* <Body extends object>(
  from: Collection<Body>,
  call: CallContext & { readonly query: { readonly include_archived?: boolean } },
  id: string,
): Steps<Document<Body>> {
  const found = yield* Entity.find(from, call, id);
  if (found.archivedAt === null || call.query.include_archived === true) return found;
  return yield* notFound(from.noun, id, "among what is not archived; include_archived=true shows it");
});

/** The answer to a DELETE: the object, and that it is deleted. */
export const deleted = <Body extends object>(body: Body): Body & { readonly deleted: true } => ({
  ...body,
  deleted: true,
});

export const archive = Effect.fnUntraced(function* <Body extends { readonly archived_at?: string | null }>(
  into: Collection<Body>,
  call: CallContext,
  id: string,
): Steps<Body & { readonly deleted: true }> {
  return deleted((yield* Entity.archive(into, call, yield* Entity.take(into, call, id))).body);
});
