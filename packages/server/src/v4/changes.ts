/** The two changes every v4 object that can be archived knows: an update that may restore, and a delete that archives. */
import type { Entity as Wire } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import type { Collection, Document } from "../Documents.ts";
import * as Entity from "../Entity.ts";
import type { Answer, Context } from "../Handler.ts";

type Stored = { readonly archived_at?: string | null };

/** Either `{ restore: true }`, or some fields with perhaps `restore: false`. */
type Update = { readonly restore?: boolean | null };

/**
 * Restores, or writes the fields that were sent over the body. `prepare` may check them, or say what to write instead.
 */
export const change = <Body extends Stored, Patch extends Update>(
  into: Collection<Body>,
  call: Context & { readonly body: Patch },
  id: string,
  prepare: (patch: Partial<Body>, document: Document<Body>) => Answer<Partial<Body>> = (patch) => Effect.succeed(patch),
): Answer<Body> =>
  Effect.gen(function* () {
    const document = yield* Entity.take(into, call, id);
    if (call.body.restore === true) return (yield* Entity.restore(into, document)).body;
    yield* Entity.unarchived(into, document);
    const patch = yield* prepare(Entity.sent(call.body) as Partial<Body>, document);
    return (yield* Entity.write(into, document, { ...document.body, ...patch })).body;
  });

/** Archives; doing so again changes nothing. */
export const archive = <Body extends Stored>(into: Collection<Body>, call: Context, id: string): Answer<Wire.Deleted> =>
  Effect.gen(function* () {
    yield* Entity.archive(into, call, yield* Entity.take(into, call, id));
    return { success: true, count: 1 };
  });
