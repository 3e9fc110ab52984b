/**
 * Checks from where callers may use the relay. A browser says by `Origin` and `Sec-Fetch-Site` which page sends a request; a page of another
 * origin may neither write nor read unless it is named.
 */
import { refusal } from "./answers.ts";

/** The origins of other pages that may use the relay, e.g. `https://board.example.org`. */
export type Origins = ReadonlyArray<string>;

const isSafe = (method: string) => method === "GET" || method === "HEAD" || method === "OPTIONS";

/** The headers that let a page of a named origin read an answer. */
export const sharing = (request: Request, origins: Origins): Readonly<Record<string, string>> => {
  const origin = request.headers.get("origin");
  if (origin === null || !origins.includes(origin)) return {};
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "date, etag, retry-after, x-request-id, x-should-retry, x-evalwire-mark",
    vary: "origin",
  };
};

// A proxy in front may speak another protocol with us than with the page.
const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

/** Refuses a request that another site makes on a visitor's behalf; `undefined` when it may pass. */
export const guardOrigin = (request: Request, origins: Origins): Response | undefined => {
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  const isNamed = origin !== null && origins.includes(origin);
  if (isNamed) return undefined;
  const isForeign =
    (origin !== null && hostOf(origin) !== new URL(request.url).host) || site === "cross-site" || site === "same-site";
  if (!isForeign) return undefined;
  // A link from another page may open nothing here either: there are no pages, only data.
  const what = isSafe(request.method) ? "read from" : "write to";
  return refusal(403, `A page of ${origin ?? "another site"} may not ${what} this relay; name its origin in origins.`);
};

export const preflight = (request: Request, origins: Origins): Response => {
  const headers = sharing(request, origins);
  if (headers["access-control-allow-origin"] === undefined) return refusal(403, "This origin is not named in origins.");
  return new Response(null, {
    status: 204,
    headers: {
      ...headers,
      "access-control-allow-methods": "GET, POST, PATCH, DELETE",
      "access-control-allow-headers":
        "authorization, content-type, last-event-id, if-none-match, if-modified-since, accept",
      "access-control-max-age": "600",
    },
  });
};

/** A body as JSON, or the answer that refuses it. */
export const readBody = async (
  request: Request,
  longestBytes: number,
): Promise<{ readonly value: unknown } | Response> => {
  if (request.body === null) return { value: undefined };
  const type = request.headers.get("content-type") ?? "";
  // A form of another page can send text and forms without asking, JSON it cannot.
  if (!/^application\/json\s*(;|$)/i.test(type)) return refusal(415, "A body is sent as application/json.");
  const tooLong = () => refusal(413, `A body has at most ${longestBytes} bytes.`);
  if (Number(request.headers.get("content-length") ?? 0) > longestBytes) return tooLong();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = request.body.getReader();
  let text = "";
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      bytes += value?.byteLength ?? 0;
      if (bytes > longestBytes) {
        await reader.cancel();
        return tooLong();
      }
      text += decoder.decode(value, { stream: !done });
      if (done) break;
    }
    return { value: text === "" ? undefined : JSON.parse(text) };
  } catch {
    // Bytes that are not UTF-8, text that is not JSON, or a sender that has gone.
    return refusal(400, "The body is not JSON.");
  }
};
