/** Finding, changing and archiving as v5 does it: what is archived is only seen by who asks for it. */
import * as Effect from "effect/Effect";
import type { Collection, Document } from "../Documents.ts";
import * as Entity from "../Entity.ts";
import type { Answer, Context } from "../Handler.ts";
import { notFound } from "../Refusal.ts";

type Stored = { readonly archived_at?: string | null };
type Update = { readonly restore?: boolean | null };

/** The document; 404 when it is archived and that was not asked for. */
export const find = <Body extends object>(
  from: Collection<Body>,
  call: Context & { readonly query: { readonly include_archived?: boolean } },
  id: string,
): Answer<Document<Body>> =>
  Effect.gen(function* () {
    const found = yield* Entity.find(from, call, id);
    if (found.archivedAt === null || call.query.include_archived === true) return found;
    return yield* notFound(from.noun, `${id} is archived (include_archived=true shows it);`);
  });

/** Restores, or writes the fields that were sent over the body. */
export const change = <Body extends Stored, Patch extends Update>(
  into: Collection<Body>,
  call: Context & { readonly body: Patch },
  id: string,
  prepare: (patch: Partial<Body>, document: Document<Body>) => Answer<Partial<Body>> = (patch) => Effect.succeed(patch),
): Answer<Document<Body>> =>
  Effect.gen(function* () {
    const document = yield* Entity.take(into, call, id);
    if (call.body.restore === true) return yield* Entity.restore(into, document);
    yield* Entity.unarchived(into, document);
    const patch = yield* prepare(Entity.sent(call.body) as Partial<Body>, document);
    return yield* Entity.write(into, document, { ...document.body, ...patch });
  });

/** Archives, and answers with the object. */
export const archive = <Body extends Stored>(into: Collection<Body>, call: Context, id: string): Answer<Body> =>
  Effect.gen(function* () {
    return (yield* Entity.archive(into, call, yield* Entity.take(into, call, id))).body;
  });
