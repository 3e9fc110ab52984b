/**
 * Asks for a page only where it has changed since it was read: `If-None-Match` with the tag of the page before (RFC 9110, section 13.1.2).
 *
 * A tag is of one address: it is sent only where the same page is requested in the same way. After a failure the page is requested
 * without it once, for a front end may refuse the header.
 */
import type { CallOptions, Exchange } from "../../client/Transport.ts";
import type { Page } from "./Source.ts";
import { once } from "./unchecked.ts";

export class Validators {
  readonly #known = new WeakMap<Page, { readonly tag: string; readonly asked: string }>();

  /** How to request a page that was read before as `last`. @param asked all inputs of the answer */
  options(last: Page | undefined, asked: string): CallOptions {
    const known = last && this.#known.get(last);
    if (last === undefined || known?.asked !== asked) return once;
    // Noted again when an answer comes.
    this.#known.delete(last);
    return { ...once, headers: { "if-none-match": known.tag } };
  }

  /** The page as it was before, where the server says that it is the same. */
  unchanged({ status, headers }: Exchange<unknown>, last: Page | undefined, asked: string): Page | undefined {
    if (status !== 304 || last === undefined) return undefined;
    return this.note({ ...last, changed: [], issues: [] }, headers["etag"], asked);
  }

  /** A page was read, with the tag that the server gave it. */
  note(page: Page, tag: string | undefined, asked: string): Page {
    if (tag !== undefined && tag !== "") this.#known.set(page, { tag, asked });
    return page;
  }
}
