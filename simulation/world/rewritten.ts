/** Serves a list at another address, and shows its body as `rewrite` makes it, with an entity tag of its own. */
import { createHash } from "node:crypto";
import type { Answer, Request } from "./Answer.ts";

export const rewritten = async (
  request: Request,
  { pathname, search }: URL,
  serve: (request: Request) => Promise<Answer>,
  rewrite: (body: unknown) => unknown,
): Promise<Answer> => {
  const headers = new Headers(request.headers);
  const wanted = headers.get("if-none-match");
  headers.delete("if-none-match");
  const answer = await serve({ ...request, path: pathname + search, headers: [...headers] });
  if (answer.status !== 200) return answer;
  const text = JSON.stringify(rewrite(JSON.parse(answer.text)));
  const tag = `"${createHash("sha1").update(text).digest("base64url")}"`;
  const rest = answer.headers.filter(([name]) => !["etag", "content-length"].includes(name));
  if (wanted === tag) return { status: 304, headers: [...rest, ["etag", tag]], text: "" };
  return { status: 200, headers: [...rest, ["etag", tag]], text };
};
