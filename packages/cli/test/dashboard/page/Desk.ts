/**
 * Resources that the tests of a worker use one after another, because they are slow to start: a browser, and desks. A desk is a dashboard with a browser
 * context for each person; behind it is another server and account for every test, and nothing that a test has left in
 * the browser is there for the next.
 */
import type { SGPClient } from "@evalwire/core";
import { type Dashboard, serveDashboard } from "../../../src/dashboard/serveDashboard.ts";
import {
  assets,
  type Browser,
  type BrowserContext,
  type Complaints,
  launch,
  type Page,
  watchPage,
} from "../browser.ts";
import { ShiftedClock } from "../ShiftedClock.ts";

export const people = ["lead", "ada", "ben"] as const;
export type Person = (typeof people)[number];

/** How long a busy machine may take; nothing waits so long that is right. */
export const patience = { timeout: 60_000 };

const viewport = { width: 1280, height: 900 };

/** Holds timers of five seconds and more until `elapse()`. */
const holdTimers = `(() => {
  const [set, clear] = [setTimeout, clearTimeout];
  const held = new Map();
  let last = 0;
  globalThis.setTimeout = (run, millis = 0, ...args) => {
    if (millis < 5_000) return set(run, millis, ...args);
    const id = "held " + ++last;
    held.set(id, () => run(...args));
    return id;
  };
  globalThis.clearTimeout = (id) => void (held.delete(id) || clear(id));
  globalThis.elapse = () => {
    const over = [...held.values()];
    held.clear();
    for (const run of over) run();
  };
})()`;

interface Seat {
  readonly context: BrowserContext;
  /** Pages of earlier tests, at an address that shows nothing. */
  readonly spare: Array<Page>;
  readonly inUse: Set<Page>;
}

export interface Desk {
  readonly clock: ShiftedClock;
  readonly dashboard: Dashboard;
  /** A user's browser context, to be changed at will: no other test gets it. */
  readonly contextOf: (user: Person) => Promise<BrowserContext>;
  /** A user's page, at a path of the dashboard. */
  readonly open: (user: Person, path: string) => Promise<Page>;
  /** A page whose long waits are over when the test says so: for tests of what a reader does before the page does it by itself. */
  readonly openHeld: (user: Person, path: string) => Promise<HeldPage>;
  /** A context without a session. */
  readonly stranger: () => Promise<BrowserContext>;
}

export interface HeldPage {
  readonly page: Page;
  /** Ends the waits of five seconds and more that have begun since the page was loaded. */
  readonly elapse: () => Promise<void>;
}

/** The server and account behind a desk during one test. */
export interface Backing {
  readonly clientOf: (user: Person) => SGPClient;
  readonly complaints: Complaints;
  readonly close: () => Promise<void>;
}

/** A desk, and what the test is not to touch. */
interface Kept extends Desk {
  backing: Backing | undefined;
  /** Whether a test has changed it in a way that cannot be undone. */
  readonly isSpent: () => boolean;
  readonly clear: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const make = async (browser: Browser): Promise<Kept> => {
  const clock = new ShiftedClock();
  const dashboard = await serveDashboard({
    assets: assets!,
    port: 0,
    users: people,
    clientOf: (user) => desk.backing!.clientOf(user as Person),
    server: "http://127.0.0.1:1",
    watch: { interval: ["300 millis", "500 millis"], requestsPerMinute: 6_000 },
    clock,
  });
  const seats = new Map<Person, Promise<Seat>>();
  const held = new Set<Page>();
  let wasGivenAway = false;
  const stranger = async () => {
    const context = await browser.newContext({ viewport, acceptDownloads: true });
    context.setDefaultTimeout(patience.timeout);
    return context;
  };
  const invited = async (user: Person): Promise<Seat> => {
    const context = await stranger();
    const { headers } = await fetch(dashboard.invite(user), { redirect: "manual" });
    const [name = "", value = ""] = (headers.get("set-cookie") ?? "").split(";")[0]!.split("=");
    await context.addCookies([{ name, value, url: dashboard.url }]);
    return { context, spare: [], inUse: new Set() };
  };
  const seatOf = (user: Person) => {
    const seat = seats.get(user) ?? invited(user);
    seats.set(user, seat);
    return seat;
  };
  const newPage = async ({ context }: Seat): Promise<Page> => {
    const page = await context.newPage();
    watchPage(page, dashboard.url, {
      said: { push: (text) => desk.backing?.complaints.said.push(text) },
      elsewhere: { push: (url) => desk.backing?.complaints.elsewhere.push(url) },
    });
    return page;
  };
  const goTo = async (page: Page, path: string): Promise<Page> => {
    await page.goto(`${dashboard.url}${path}`);
    return page;
  };
  /** Away from the dashboard, within its origin: another one would be another process. */
  const clearPage = async (page: Page): Promise<void> => {
    await page.goto(`${dashboard.url}session`);
    await page.evaluate("localStorage.clear(), sessionStorage.clear()");
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  };
  const desk: Kept = {
    backing: undefined,
    clock,
    dashboard,
    contextOf: async (user) => {
      wasGivenAway = true;
      return (await seatOf(user)).context;
    },
    open: async (user, path) => {
      const seat = await seatOf(user);
      const page = seat.spare.pop() ?? (await newPage(seat));
      seat.inUse.add(page);
      return goTo(page, path);
    },
    openHeld: async (user, path) => {
      const page = await newPage(await seatOf(user));
      held.add(page);
      await page.addInitScript(holdTimers);
      await goTo(page, path);
      return { page, elapse: () => page.evaluate("elapse()") };
    },
    stranger,
    isSpent: () => wasGivenAway || clock.isShifted,
    clear: async () => {
      for (const page of held) await page.close();
      held.clear();
      for (const { spare, inUse } of await Promise.all(seats.values())) {
        const open = [...inUse].filter((page) => !page.isClosed());
        await Promise.all(open.map(clearPage));
        spare.push(...open);
        inUse.clear();
      }
    },
    close: async () => {
      for (const { context } of await Promise.all(seats.values())) await context.close();
      await dashboard.close();
    },
  };
  return desk;
};

export interface Desks {
  /**
   * A desk for one test, which waits while there are as many in use as the machine can bear.
   *
   * @param back puts something behind it, by its clock
   */
  readonly use: (back: (clock: ShiftedClock) => Promise<Backing>, test: (desk: Desk) => Promise<void>) => Promise<void>;
}

/** Tests of a worker that run at the same time: while one waits, another computes. */
const most = 2;

/** Desks for the tests of a worker, made as they are needed. */
export const desks = async (work: (desks: Desks) => Promise<unknown>): Promise<void> => {
  let browser: Promise<Browser> | undefined;
  const free: Array<Kept> = [];
  const waiting: Array<() => void> = [];
  let inUse = 0;
  const enter = async (): Promise<void> => {
    if (inUse >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else inUse++;
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) inUse--;
    else next();
  };
  const take = async (): Promise<Kept> => {
    browser ??= launch();
    return free.pop() ?? make(await browser);
  };
  const putBack = async (desk: Kept): Promise<void> => {
    if (desk.isSpent()) return desk.close();
    await desk.clear();
    free.push(desk);
  };
  const use: Desks["use"] = async (back, test) => {
    await enter();
    try {
      const desk = await take();
      const backing = await back(desk.clock);
      desk.backing = backing;
      try {
        await test(desk);
      } finally {
        await putBack(desk);
        await backing.close();
      }
    } finally {
      leave();
    }
  };
  try {
    await work({ use });
  } finally {
    for (const desk of free) await desk.close();
    await (await browser)?.close();
  }
};
