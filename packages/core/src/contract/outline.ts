/**
 * The names of methods and which of them are lists, without their endpoints: what a client shows before it has loaded those.
 *
 * A name that the endpoints do not have, or one of theirs that is not in an outline, does not compile.
 */
import type * as Endpoint from "./Endpoint.ts";

export type Outline<T> = {
  readonly [Name in keyof T]: T[Name] extends Endpoint.Any
    ? Endpoint.IsPaged<T[Name]> extends true
      ? "list"
      : "call"
    : Outline<T[Name]>;
};
