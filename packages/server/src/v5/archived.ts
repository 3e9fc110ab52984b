/** Archived things in v5: only who asks for them sees them, and DELETE answers with the object. */
import * as Effect from "effect/Effect";
import * as Entity from "../Entity.ts";
import type { Answer, Context } from "../Handler.ts";
import { notFound } from "../http/Refusal.ts";
import type { Collection, Document } from "../store/Documents.ts";

/** The document; 404 when it is archived and that was not asked for. */
export const find = <Body extends object>(
  from: Collection<Body>,
  call: Context & { readonly query: { readonly include_archived?: boolean } },
  id: string,
): Answer<Document<Body>> =>
  Effect.gen(function* () {
    const found = yield* Entity.find(from, call, id);
    if (found.archivedAt === null || call.query.include_archived === true) return found;
    return yield* notFound(from.noun, id, "among what is not archived; include_archived=true shows it");
  });

export const archive = <Body extends { readonly archived_at?: string | null }>(
  into: Collection<Body>,
  call: Context,
  id: string,
): Answer<Body> =>
  Effect.gen(function* () {
    return (yield* Entity.archive(into, call, yield* Entity.take(into, call, id))).body;
  });
