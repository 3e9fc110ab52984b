/**
 * What the sources over a client's pipeline have in common.
 */
import type { Exchange } from "../../client/Transport.ts";
import { dateOf } from "../time/ServerClock.ts";
import type { Answer } from "./Source.ts";

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

/** Of a thing that is not there the server says nothing else either. */
export const unanswered = <A>(value: A): Answer<A> => ({ value, date: undefined });
