import { expect, it } from "vitest";
import type { Page } from "../../../src/watch/source/Source.ts";
import { Validators } from "../../../src/watch/source/Validators.ts";

const page: Page = { rows: [], items: [], unreadable: [], withoutId: 0, total: 0, next: undefined, issues: [] };

it("the tag of a page is sent only where the same page is requested in the same way, and once", () => {
  for (const asked of ["?page=1&limit=100", "?page=1&limit=50", ""]) {
    const validators = new Validators();
    const last = validators.note({ ...page }, '"a"', "?page=1&limit=100");
    const isSame = asked === "?page=1&limit=100";
    expect(validators.options(last, asked).headers).toEqual(isSame ? { "if-none-match": '"a"' } : undefined);
    // A failure may have come of it: the next request goes without.
    expect(validators.options(last, asked).headers).toBeUndefined();
    expect(validators.options(last, "?page=1&limit=100").headers).toEqual(
      isSame ? undefined : { "if-none-match": '"a"' },
    );
  }
});

it("a page without a tag, or that was never read, is requested without one", () => {
  const validators = new Validators();
  for (const tag of [undefined, ""]) {
    expect(validators.options(validators.note({ ...page }, tag, "a"), "a").headers).toBeUndefined();
  }
  expect(validators.options(undefined, "a").headers).toBeUndefined();
});
