/**
 * A layer between the server and the readers of its items, all of which were created at the same time.
 *
 * 1. Before some requests the items, which nothing but their ties sorts, take another order. A page still begins behind the item that its
 *    request names, wherever that one is now: so it may repeat what another has shown, or pass something over.
 * 2. No page has more items than the cap; the envelope has the requested size.
 */
import { createHash } from "node:crypto";
import type { Rng } from "../../Rng.ts";
import type { Answer, Request } from "../Answer.ts";
import type { Deployment } from "../Deployment.ts";
import { rewritten } from "../rewritten.ts";

const all = 1_000;

interface Item {
  readonly id: string;
}

export class ItemListing {
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
    const isList = request.method === "GET" && url.pathname === "/v5/evaluation-items";
    if (!isList || (reorders === 0 && pageCap === undefined)) return serve(request);
    if (this.#rng.is(reorders)) this.#order++;
    const limit = Number(url.searchParams.get("limit") ?? 100);
    const after = url.searchParams.get("starting_after");
    const size = Math.min(limit, pageCap ?? limit);
    if (this.#order === 0) url.searchParams.set("limit", String(size));
    else {
      url.searchParams.set("limit", String(all));
      url.searchParams.delete("starting_after");
    }
    return rewritten(request, url, serve, (body) => {
      const whole = body as { readonly items: ReadonlyArray<Item> };
      return { ...whole, ...(this.#order === 0 ? {} : this.#page(whole.items, after, size)), limit };
    });
  }

  /** The place of an item in the present order, also of one that is gone. */
  #place(id: string): string {
    return createHash("sha1").update(`${this.#order} ${id}`).digest("hex");
  }

  #page(items: ReadonlyArray<Item>, after: string | null, size: number) {
    const begin = after === null ? "" : this.#place(after);
    const rest = items
      .map((item) => ({ item, place: this.#place(item.id) }))
      .filter(({ place }) => place > begin)
      .sort((a, b) => (a.place < b.place ? -1 : 1));
    return { items: rest.slice(0, size).map(({ item }) => item), has_more: rest.length > size };
  }
}
