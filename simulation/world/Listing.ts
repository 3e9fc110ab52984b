/**
 * A layer between the server and the readers of its lists: pages of another order than the last ones, and pages smaller than requested.
 *
 * 1. Before some requests the items take another order. It lasts until the next time, so that one page may repeat what another has shown.
 * 2. No page has more items than the cap, and pages are counted by it; the envelope has the requested size.
 */
import { createHash } from "node:crypto";
import type { Rng } from "../Rng.ts";
import type { Answer, Request } from "./Answer.ts";
import type { Deployment } from "./Deployment.ts";
import { rewritten } from "./rewritten.ts";

const all = 1_000;

interface Page {
  readonly items: ReadonlyArray<unknown>;
}

export class Listing {
  readonly #deployment: Deployment;
  readonly #rng: Rng;
  /** By what the items are ordered just now. */
  #order = 0;

  constructor(deployment: Deployment, rng: Rng) {
    this.#deployment = deployment;
    this.#rng = rng;
  }

  /** Answers a request through `serve`. */
  async serve(request: Request, serve: (request: Request) => Promise<Answer>): Promise<Answer> {
    const { reorders, pageCap } = this.#deployment;
    const url = new URL(request.path, "http://listing.localhost");
    const isList = request.method === "GET" && /^\/v4\/evaluations\/[^/]+\/test-case-results$/.test(url.pathname);
    if (!isList || (reorders === 0 && pageCap === undefined)) return serve(request);
    if (this.#rng.is(reorders)) this.#order++;
    const page = Number(url.searchParams.get("page") ?? 1);
    const limit = Number(url.searchParams.get("limit") ?? 100);
    url.searchParams.set("page", "1");
    url.searchParams.set("limit", String(all));
    const size = Math.min(limit, pageCap ?? limit);
    return rewritten(request, url, serve, (body) => {
      const whole = body as Page;
      const items = this.#ordered(whole.items).slice((page - 1) * size, page * size);
      return { ...whole, items, current_page: page, items_per_page: limit };
    });
  }

  #ordered(items: ReadonlyArray<unknown>): ReadonlyArray<unknown> {
    if (this.#order === 0) return items;
    const place = (item: unknown) =>
      createHash("sha1")
        .update(`${this.#order} ${(item as { readonly id: string }).id}`)
        .digest("hex");
    return items
      .map((item) => ({ item, place: place(item) }))
      .sort((a, b) => (a.place < b.place ? -1 : 1))
      .map(({ item }) => item);
  }
}
