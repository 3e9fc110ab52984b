/** Rubrics with their criteria: stored and returned, a version more with each change. */
import type { v5 } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { CallContext, Handler, Steps } from "../../Handler.ts";
import { notFound } from "../../http/Refusal.ts";
import { type Collection, collection, type Document } from "../../store/Documents.ts";
import { archive, deleted } from "../archived.ts";
import * as Page from "../Page.ts";
import { stored } from "../stored.ts";

type Rubric = v5.Rubrics.Rubric;
type Criterion = v5.Rubrics.Criterion;

const rubrics: Collection<Rubric> = collection("v5_rubric", "Rubric");

const criteriaOf = ({ criteria }: Rubric): ReadonlyArray<Criterion> => criteria ?? [];

/** A criterion is named by its rubric and its number there, which none that follows gets again. */
const criterion = (
  call: CallContext,
  rubricId: string,
  number: number,
  asked: v5.Rubrics.CreateCriterion,
): Criterion => ({
  ...asked,
  id: `${rubricId}:${number}`,
  object: "rubric_criteria",
  rubric_id: rubricId,
  version: 1,
  created_at: call.now,
});

interface Memory {
  /** How many criteria were ever made. */
  readonly made: number;
}

const madeOf = ({ hidden }: Document<Rubric>): number => (hidden as Memory).made;

/** The rubric with another list of criteria, as its next version. */
const withCriteria = (rubric: Document<Rubric>, criteria: ReadonlyArray<Criterion>, made = madeOf(rubric)) =>
  Entity.write(rubrics, rubric, { ...rubric.body, criteria, version: (rubric.body.version ?? 1) + 1 }, {
    made,
  } satisfies Memory);

const open = (call: CallContext, id: string) =>
  Effect.tap(Entity.take(rubrics, call, id), (rubric) => Entity.unarchived(rubrics, rubric));

export const create: Handler<typeof v5.Rubrics.create> = Effect.fnUntraced(function* (call) {
  const { criteria, ...asked } = call.body;
  const accountId = yield* Entity.accountOf(call, undefined);
  const made = yield* Entity.create(rubrics, {
    accountId,
    hidden: { made: criteria?.length ?? 0 } satisfies Memory,
    body: (id) => ({
      ...asked,
      ...stored(call, id),
      object: "rubric" as const,
      tags: asked.tags ?? [],
      version: 1,
      criteria: (criteria ?? []).map((one, index) => criterion(call, id, index + 1, one)),
    }),
  });
  return made.body;
});

/** The criteria of a list are summaries. */
export const list: Handler<typeof v5.Rubrics.list> = Effect.fnUntraced(function* (call) {
  const { title, tags } = call.query;
  const isNamed = Page.named({
    ...(title === undefined ? {} : { name: title }),
    ...(tags === undefined ? {} : { tags }),
  });
  const found = yield* Page.documents(rubrics, call, {
    keep: (body) => isNamed({ name: body.title, tags: body.tags ?? [] }),
  });
  return {
    ...found,
    items: found.items.map(({ body }) => ({
      ...body,
      criteria: criteriaOf(body).map(({ id, title, weight }) => ({ id: id ?? null, title, weight: weight ?? null })),
    })),
  };
});

/** Archived or not. */
export const retrieve: Handler<typeof v5.Rubrics.retrieve> = (call) =>
  Entity.bodyOf(Entity.find(rubrics, call, call.params.rubric_id));

export const update: Handler<typeof v5.Rubrics.update> = (call) =>
  Entity.bodyOf(
    Entity.change(rubrics, call, call.params.rubric_id, (patch, { body }) =>
      Effect.succeed({ ...patch, version: (body.version ?? 1) + 1 }),
    ),
  );

export const remove: Handler<typeof v5.Rubrics.remove> = (call) => archive(rubrics, call, call.params.rubric_id);

export const createCriterion: Handler<typeof v5.Rubrics.createCriterion> = Effect.fnUntraced(function* (call) {
  const rubric = yield* open(call, call.params.rubric_id);
  const made = madeOf(rubric) + 1;
  const added = criterion(call, rubric.id, made, call.body);
  yield* withCriteria(rubric, [...criteriaOf(rubric.body), added], made);
  return added;
});

const find = Effect.fnUntraced(function* (rubric: Document<Rubric>, id: string): Steps<Criterion> {
  const found = criteriaOf(rubric.body).find((one) => one.id === id);
  return found ?? (yield* notFound("Criterion", id, `in rubric ${rubric.id}`));
});

export const updateCriterion: Handler<typeof v5.Rubrics.updateCriterion> = Effect.fnUntraced(function* (call) {
  const rubric = yield* open(call, call.params.rubric_id);
  const before = yield* find(rubric, call.params.rubric_criteria_id);
  const after: Criterion = { ...before, ...Entity.sent(call.body), version: (before.version ?? 1) + 1 };
  yield* withCriteria(
    rubric,
    criteriaOf(rubric.body).map((one) => (one === before ? after : one)),
  );
  return after;
});

export const removeCriterion: Handler<typeof v5.Rubrics.removeCriterion> = Effect.fnUntraced(function* (call) {
  const rubric = yield* open(call, call.params.rubric_id);
  const gone = yield* find(rubric, call.params.rubric_criteria_id);
  yield* withCriteria(
    rubric,
    criteriaOf(rubric.body).filter((one) => one !== gone),
  );
  return { ...deleted(gone), id: call.params.rubric_criteria_id };
});
