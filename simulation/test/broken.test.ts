/** The holding of the watch's promises put to the test: what breaks one is found. */
import type { Watch } from "@evalwire/core";
import { describe, expect, it } from "vitest";
import { simulate } from "../simulate.ts";
import type { TestDoubles } from "../TestDoubles.ts";
import type { Api } from "../world/ServerHost.ts";

/** The watch, with the events of its subscribers passed through `emit`. */
const emitting =
  (emit: (event: Parameters<Parameters<Watch["subscribe"]>[0]>[0], listener: (event: unknown) => unknown) => unknown) =>
  (watch: Watch): Watch =>
    new Proxy(watch, {
      get: (target, name) => {
        if (name === "subscribe") {
          return (listener: (event: unknown) => unknown, options: object) =>
            target.subscribe((event) => emit(event, listener), options);
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });

const broken: Record<string, TestDoubles> = {
  "a change that is not reported": {
    watch: emitting((event, listener) => (event.type === "task.status_changed" ? undefined : listener(event))),
  },
  "a lease's end reported twice": {
    watch: emitting(async (event, listener) => {
      await listener(event);
      if (event.type === "assignment.expired") await listener(event);
    }),
  },
  "a server's clock that is read an hour ahead": {
    fetch: (fetch) => async (url, init) => {
      const response = await fetch(url, init);
      const date = Date.parse(response.headers.get("date") ?? "");
      if (Number.isNaN(date)) return response;
      const headers = new Headers(response.headers);
      headers.set("date", new Date(date + 3_600_000).toUTCString());
      return new Response(response.body, { status: response.status, headers });
    },
  },
  "a history without some version": {
    fetch: (fetch) => async (url, init) => {
      const response = await fetch(url, init);
      if (!url.includes("/history") || response.status !== 200) return response;
      const versions = (await response.json()) as ReadonlyArray<unknown>;
      const rest = versions.filter((_, index) => index !== versions.length - 2 || versions.length < 3);
      return new Response(JSON.stringify(rest), { status: 200, headers: response.headers });
    },
  },
  "a cursor that is lost": { cursor: () => undefined },
  "writes that the watch hears nothing of": { writer: "other" },
};

/** Some seed of the first ones breaks a promise. */
const finds = async (doubles: TestDoubles, api: Api): Promise<void> => {
  let found: number | undefined;
  for (let seed = 1; seed <= 20 && found === undefined; seed++) {
    found = (await simulate(seed, { doubles, api })).broken?.promise;
  }
  expect(found).toBeGreaterThan(0);
};

/** A page of items without its last one, and the total that fits it. */
const withoutLast: TestDoubles["fetch"] = (fetch) => async (url, init) => {
  const response = await fetch(url, init);
  if (!url.includes("/v5/evaluation-items?") || response.status !== 200) return response;
  const page = (await response.json()) as { readonly items: ReadonlyArray<unknown>; readonly total: number };
  const body = { ...page, items: page.items.slice(0, -1), total: page.total - 1 };
  return new Response(JSON.stringify(body), { status: 200, headers: response.headers });
};

const brokenOnV5: Record<string, TestDoubles> = {
  "a change that is not reported": broken["a change that is not reported"]!,
  "an assignment that nothing shows": {
    watch: emitting(async (event, listener) => {
      await listener(event);
      if (event.type === "task.added") await listener({ ...event, type: "assignment.created" });
    }),
  },
  "an item that pages leave out": { fetch: withoutLast },
  "a cursor that is lost": broken["a cursor that is lost"]!,
};

describe("what breaks a promise is found", () => {
  it.each(Object.keys(broken))("%s", (name) => finds(broken[name]!, "v4"));
  it.each(Object.keys(brokenOnV5))("on v5: %s", (name) => finds(brokenOnV5[name]!, "v5"));
});
