/**
 * Redirects, followed by hand.
 *
 * 1. Only to the same origin: the key, the arguments and the answer never go anywhere else.
 * 2. 307 and 308 keep method and body, 303 asks with GET; 301 and 302 are followed for GET alone, because what they
 *    make of another method differs between clients.
 * 3. At most five, so that two addresses that point at each other are an error and not a hang.
 */
import * as Effect from "effect/Effect";
import { SgpError } from "../SgpError.ts";
import { type Attempt, circumstances, type HttpResponse, type Middleware } from "./Attempt.ts";
import type { HttpRequest } from "./HttpRequest.ts";

const maxRedirects = 5;

const isRedirect = (status: number) => status === 0 || (status >= 300 && status < 400 && status !== 304);

const refuse = (request: HttpRequest, response: HttpResponse, why: string) =>
  new SgpError({
    reason: { _tag: "Unreachable", description: why },
    ...circumstances(request),
    status: response.status,
    requestId: response.headers["x-request-id"],
  });

const withGet = (request: HttpRequest): HttpRequest => {
  const { "content-type": _, ...headers } = request.headers;
  return { ...request, method: "GET", headers, body: undefined };
};

/** Where a redirecting answer sends the request, or why it does not go there. */
const next = (request: HttpRequest, response: HttpResponse): HttpRequest | SgpError => {
  const location = response.headers["location"];
  if (location === undefined) {
    // A browser hides the target of a redirect that is not followed for it.
    return refuse(request, response, "redirected to an address that is not told; set baseURL to where the API is");
  }
  const target = URL.canParse(location, request.url) ? new URL(location, request.url) : undefined;
  if (target === undefined) return refuse(request, response, "redirected to something that is no address");
  if (target.origin !== new URL(request.url).origin) {
    return refuse(
      request,
      response,
      `redirected to another origin, ${target.origin}, and not followed; if it is right, make it the baseURL`,
    );
  }
  target.hash = "";
  const url = target.href;
  switch (response.status) {
    case 303:
      return { ...withGet(request), url };
    case 307:
    case 308:
      return { ...request, url };
    default:
      return request.method === "GET"
        ? { ...request, url }
        : refuse(
            request,
            response,
            `redirected by ${response.status}, which may change ${request.method} to GET, and not followed; check baseURL`,
          );
  }
};

/** The same attempt, with redirects within the origin followed. */
export const follow: Middleware = (attempt: Attempt) => (first: HttpRequest) =>
  Effect.gen(function* () {
    let request = first;
    for (let hops = 0; ; hops++) {
      const response = yield* attempt(request);
      if (!isRedirect(response.status)) return response;
      if (hops === maxRedirects)
        return yield* refuse(first, response, `redirected more than ${maxRedirects} times; check baseURL`);
      const followed = next(request, response);
      if (followed instanceof SgpError) return yield* followed;
      request = followed;
    }
  });
