/**
 * Redirects, followed by hand.
 *
 * 1. Only to the same origin: the key, the arguments and the answer never go anywhere else.
 * 2. 307 and 308 keep method and body, 303 asks with GET; 301 and 302 are followed for GET only, because the method they
 *    change another one to differs between clients.
 * 3. At most five, so that two addresses that point at each other are an error and not a hang.
 */
import * as Effect from "effect/Effect";
import { OnDemand } from "../OnDemand.ts";
import { SgpError } from "../SgpError.ts";
import type { Attempt, Middleware } from "./Attempt.ts";
import type { HttpRequest } from "./HttpRequest.ts";

const maxRedirects = 5;

const isRedirect = (status: number) => status === 0 || (status >= 300 && status < 400 && status !== 304);

/** Redirect handling; it is loaded with the first redirect. */
export const redirectsOnDemand = new OnDemand(() => import("./redirectTarget.ts"));

/** The same attempt, with redirects within the origin followed. */
export const follow: Middleware = (attempt: Attempt) => (first: HttpRequest) =>
  Effect.gen(function* () {
    let request = first;
    for (let hops = 0; ; hops++) {
      const response = yield* attempt(request);
      if (!isRedirect(response.status)) return response;
      const { next, refuse } = yield* redirectsOnDemand.load;
      if (hops === maxRedirects)
        return yield* refuse(first, response, `redirected more than ${maxRedirects} times; check baseURL`);
      const followed = next(request, response);
      if (followed instanceof SgpError) return yield* followed;
      request = followed;
    }
  });
