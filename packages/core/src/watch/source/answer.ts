/**
 * What the sources over a client's pipeline have in common.
 */
import * as Effect from "effect/Effect";
import type { SgpError } from "../../client/SgpError.ts";
import type { Exchange } from "../../client/Transport.ts";
import { dateOf } from "../time/ServerClock.ts";
import type { Answer, Glance } from "./Source.ts";

export interface Options {
  readonly evaluationId: string;
  /** Items asked for in one page. */
  readonly pageSize: number;
  /** Fields to keep in `row.included`. */
  readonly include: ReadonlyArray<string>;
}

/** The watch has its own patience and its own budget: a retry that it does not see would be outside of both. */
export const once = { maxRetries: 0 } as const;

export const answerOf = <A, B>(made: Exchange<A>, value: B): Answer<B> => ({
  value,
  date: dateOf(made.headers["date"]),
});

/** All items of a page that was asked for `itemwise`, those set apart last. */
export const itemsOf = ({ value, refused }: Exchange<{ readonly items: ReadonlyArray<unknown> }>) =>
  refused.length === 0 ? value.items : [...value.items, ...refused.map((each) => each.value)];

/** Of a thing that is not there the server says nothing else either. */
export const gone: Answer<Glance> = { value: { row: undefined, oddities: [] }, date: undefined };

/** A look at one thing, which may not be there. */
export const orGone = (look: Effect.Effect<Answer<Glance>, SgpError>): Effect.Effect<Answer<Glance>, SgpError> =>
  Effect.catch(look, (error) => (error.reason._tag === "NotFound" ? Effect.succeed(gone) : Effect.fail(error)));
