/**
 * The causes of a 404 that can be known: a `baseURL` that ends with a version, or an evaluation of the API's other version.
 *
 * Loaded with the first such failure. It imports nothing: a bundler would give what it imports a chunk of its own.
 */
import type * as Endpoint from "../contract/Endpoint.ts";
import type { Arguments } from "./http/HttpRequest.ts";

/** A cause, with the request that confirms it by succeeding where one is needed. */
export interface Cause {
  readonly detail: string;
  readonly confirm?: readonly [endpoint: Endpoint.Any, args: Arguments];
}

/** Where an evaluation that one version of the API does not have may be instead, and what to use then. */
const otherVersions: Readonly<Record<string, readonly [path: string, detail: string]>> = {
  "evaluations.retrieve": [
    "/v5/evaluations/:evaluation_id",
    "it exists in v5: use client.v5.evaluations and client.v5.watch",
  ],
  "v5.evaluations.retrieve": [
    "/v4/evaluations/:evaluation_id",
    "it exists in v4: use client.evaluations and client.watch",
  ],
};

/** The most likely cause of a call's 404. */
export const causeOf = (baseURL: string, endpoint: Endpoint.Any, args: Arguments): Cause | undefined => {
  const [version] = /\/v[45]$/.exec(baseURL) ?? [];
  if (version !== undefined)
    return { detail: `baseURL ends with ${version}, which each path begins with: leave it out` };
  const other = otherVersions[endpoint.name];
  if (other === undefined) return undefined;
  const [path, detail] = other;
  const evaluation_id = typeof args === "string" ? args : (args as Record<string, unknown>)["evaluation_id"];
  return { detail, confirm: [{ ...endpoint, path, query: undefined, queryNames: [] }, { evaluation_id }] };
};
