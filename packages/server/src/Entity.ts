/**
 * Common operations of handlers on a document: find it for this caller, make it, change it, archive it, bring it back.
 *
 * 1. Documents of another account do not exist: the store is the caller's.
 * 2. A change to an archived document is refused (409) unless it restores it; archiving twice, or restoring a present one,
 *    is no mistake.
 */
import * as Effect from "effect/Effect";
import { Encoded } from "./Encoded.ts";
import type { Answer, CallContext, Steps } from "./Handler.ts";
import * as Detail from "./http/Detail.ts";
import { conflict, forbidden, invalid, notFound } from "./http/Refusal.ts";
import { Policy } from "./Policy.ts";
import { type Collection, Document, type Where } from "./store/Documents.ts";
import { type Reservation, Store } from "./store/Store.ts";

/** The document, archived or not; 404 when the caller's store has none. */
export const find = Effect.fnUntraced(function* <Body extends object>(
  from: Collection<Body>,
  _call: CallContext,
  id: string,
): Steps<Document<Body>> {
  const { documents } = yield* Store;
  return (yield* documents.retrieve(from, id)) ?? (yield* notFound(from.noun, id));
});

/** So many documents are in memory at a time, however many there are. */
const perStep = 1000;

/** Everything a list holds, in order, a thousand at a time. */
export const walk = Effect.fnUntraced(function* <Body extends object>(
  from: Collection<Body>,
  where: Where,
  visit: (some: ReadonlyArray<Document<Body>>) => Answer<void>,
): Steps<void> {
  const { documents } = yield* Store;
  let after = 0;
  while (true) {
    const some = yield* documents.list(from, where, { after, limit: perStep });
    if (some.length === 0) return;
    yield* visit(some);
    after = some.at(-1)!.seq;
  }
});

/** The documents with these ids, in their order, a thousand at a time; missing ones are skipped. */
export const walkIds = Effect.fnUntraced(function* <Body extends object>(
  from: Collection<Body>,
  ids: ReadonlyArray<string>,
  visit: (some: ReadonlyArray<Document<Body>>) => Answer<void>,
): Steps<void> {
  const { documents } = yield* Store;
  for (let start = 0; start < ids.length; start += perStep) {
    const named = ids.slice(start, start + perStep);
    const found = yield* documents.retrieveMany(from, named);
    yield* visit(named.flatMap((id) => found.get(id) ?? []));
  }
});

/** Like `find`, in a request that writes: no other request changes the document until this one is done. */
export const take = find;

/** Refuses with 409 when it is archived. */
export const unarchived = <Body extends object>(from: Collection<Body>, document: Document<Body>): Answer<void> =>
  document.archivedAt === null
    ? Effect.void
    : Effect.fail(conflict(`${from.noun} ${document.id} is archived; restore it first`));

/** The document a body refers to; 422 at `loc` when there is none, or only an archived one. */
export const refer = Effect.fnUntraced(function* <Body extends object>(
  to: Collection<Body>,
  call: CallContext,
  id: string,
  loc: ReadonlyArray<string | number>,
): Steps<Document<Body>> {
  const found = yield* find(to, call, id).pipe(
    Effect.catchTag("Refusal", () => Effect.fail(invalid(Detail.value(loc, `${lower(to.noun)} ${id} does not exist`)))),
  );
  if (found.archivedAt !== null) {
    return yield* invalid(Detail.value(loc, `${lower(to.noun)} ${id} is archived`));
  }
  return found;
});

const lower = (noun: string): string => noun.charAt(0).toLowerCase() + noun.slice(1);

/** The account new things belong to: the one named in the body, else the selected one, else the server's default. */
export const accountOf = ({ caller }: CallContext, named: string | null | undefined): Answer<string> => {
  if (named === undefined || named === null) {
    return Effect.map(Policy, (policy) => caller.accountId ?? policy.defaultAccountId);
  }
  return caller.accountId === undefined || caller.accountId === named
    ? Effect.succeed(named)
    : Effect.fail(
        forbidden(
          `account_id is ${named}, but x-selected-account-id selects ${caller.accountId}: send one, or the same`,
        ),
      );
};

/** The new document: the body as a function of the id it gets. */
export interface Draft<Body extends object> {
  readonly accountId: string;
  readonly parentId?: string;
  readonly hidden?: unknown;
  readonly body: (id: string) => Body;
}

const toDocument = <Body extends object>({ seq, id }: Reservation, draft: Draft<Body>): Document<Body> =>
  Document.of({
    id,
    seq,
    accountId: draft.accountId,
    parentId: draft.parentId ?? null,
    archivedAt: null,
    body: draft.body(id),
    hidden: draft.hidden ?? null,
  });

export const createMany = Effect.fnUntraced(function* <Body extends object>(
  into: Collection<Body>,
  drafts: ReadonlyArray<Draft<Body>>,
): Steps<ReadonlyArray<Document<Body>>> {
  const { documents, reserve } = yield* Store;
  const reserved = yield* reserve(into.kind, drafts.length);
  const made = drafts.map((draft, index) => toDocument(reserved[index]!, draft));
  yield* documents.insert(into, made);
  return made;
});

export const create = <Body extends object>(into: Collection<Body>, draft: Draft<Body>): Answer<Document<Body>> =>
  Effect.map(createMany(into, [draft]), ([made]) => made!);

/** Writes a changed body (and hidden, when given). */
export const write = Effect.fnUntraced(function* <Body extends object>(
  into: Collection<Body>,
  document: Document<Body>,
  body: Body,
  hidden?: unknown,
): Steps<Document<Body>> {
  const { documents } = yield* Store;
  const written = document.with({ body, hidden });
  yield* documents.replace(into, written);
  return written;
});

type Archivable = { readonly archived_at?: string | null };

export const archive = Effect.fnUntraced(function* <Body extends Archivable>(
  into: Collection<Body>,
  { now }: CallContext,
  document: Document<Body>,
): Steps<Document<Body>> {
  if (document.archivedAt !== null) return document;
  const { documents } = yield* Store;
  const archived = document.with({ archivedAt: now, body: { ...document.body, archived_at: now } });
  yield* documents.archive(into, archived);
  return archived;
});

export const restore = Effect.fnUntraced(function* <Body extends Archivable>(
  into: Collection<Body>,
  document: Document<Body>,
): Steps<Document<Body>> {
  if (document.archivedAt === null) return document;
  const { documents } = yield* Store;
  const { archived_at: _, ...body } = document.body;
  const restored = document.with({ archivedAt: null, body: body as Body });
  yield* documents.archive(into, restored);
  return restored;
});

/** The fields of a change that were sent, without `restore` and without nulls, which mean the same as leaving out. */
export const sent = <Patch extends object>(
  patch: Patch,
): Partial<{ [Name in keyof Patch]: NonNullable<Patch[Name]> }> =>
  Object.fromEntries(
    Object.entries(patch).filter(([name, value]) => name !== "restore" && value !== null && value !== undefined),
  ) as never;

/** Either `{ restore: true }`, or some fields with perhaps `restore: false`. */
type Update = { readonly restore?: boolean | null };

/**
 * Restores, or writes the fields that were sent over the body. `prepare` may check them, or say what to write instead.
 */
export const change = Effect.fnUntraced(function* <Body extends Archivable, Patch extends Update>(
  into: Collection<Body>,
  call: CallContext & { readonly body: Patch },
  id: string,
  prepare: (patch: Partial<Body>, document: Document<Body>) => Answer<Partial<Body>> = (patch) => Effect.succeed(patch),
): Steps<Document<Body>> {
  const document = yield* take(into, call, id);
  if (call.body.restore === true) return yield* restore(into, document);
  yield* unarchived(into, document);
  const patch = yield* prepare(sent(call.body) as Partial<Body>, document);
  return yield* write(into, document, { ...document.body, ...patch });
});

/** The object of a document, as it is stored. */
export const bodyOf = <Body extends object, E, R>(
  found: Effect.Effect<Document<Body>, E, R>,
): Effect.Effect<Encoded<Body>, E, R> => Effect.map(found, ({ text }) => new Encoded(text));
