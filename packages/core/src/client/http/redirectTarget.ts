/**
 * Where a redirecting answer sends a request, and why not everywhere: the rules 1 and 2 of `Redirect`.
 *
 * Loaded when a server first redirects: an API that stands where `baseURL` says never does.
 */
import { SgpError } from "../SgpError.ts";
import { circumstances, type HttpResponse } from "./Attempt.ts";
import type { HttpRequest } from "./HttpRequest.ts";

export const refuse = (request: HttpRequest, response: HttpResponse, why: string) =>
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
export const next = (request: HttpRequest, response: HttpResponse): HttpRequest | SgpError => {
  const location = response.headers["location"];
  if (location === undefined) {
    // A browser hides the target of a redirect that is not followed for it.
    return refuse(request, response, "redirected without a usable address; set baseURL to where the API is");
  }
  const target = URL.canParse(location, request.url) ? new URL(location, request.url) : undefined;
  if (target === undefined) return refuse(request, response, "redirected to something that is no address");
  if (!/^https?:$/.test(target.protocol)) {
    return refuse(request, response, `redirected to an address of ${target.protocol}, and not followed; check baseURL`);
  }
  if (target.username !== "" || target.password !== "") {
    const why = "redirected to an address with a user name or a password in it, and not followed; check baseURL";
    return refuse(request, response, why);
  }
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
