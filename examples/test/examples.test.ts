/** Each example runs to its end and prints the output its comments state. */
import { describe, expect, it } from "vitest";

const run = async (main: (print: (line: string) => void) => Promise<void>): Promise<ReadonlyArray<string>> => {
  const lines: Array<string> = [];
  await main((line) => lines.push(line));
  return lines;
};

describe("examples", () => {
  it("01-watch prints every task's end", async () => {
    const lines = await run((await import("../01-watch.ts")).main);
    expect(lines[0]).toBe("6 tasks are there");
    expect(lines.slice(1)).toEqual(Array(6).fill("a task went from PENDING to COMPLETED"));
  });

  it("02-rxjs counts per person", async () => {
    expect(await run((await import("../02-rxjs.ts")).main)).toEqual(["ada finished 2", "ben finished 4"]);
  });

  it("03-plugin keeps a ledger", async () => {
    expect(await run((await import("../03-plugin.ts")).main)).toEqual(["2 claims, 2 updates", "finished by ada, ada"]);
  });

  it("04-score agrees with the server", async () => {
    expect(await run((await import("../04-score.ts")).main)).toEqual([
      "rouge1 precision 0.800, recall 0.571",
      "rougeL F 0.667",
      "6 of 6 results scored alike here and there",
    ]);
  });

  it("05-effect reads streams and catches reasons", async () => {
    expect(await run((await import("../05-effect.ts")).main)).toEqual([
      "6 tasks are open",
      "there is no such evaluation",
    ]);
  });

  it("11-auto-labeller labels everything over a socket", async () => {
    expect(await run((await import("../11-auto-labeller.ts")).main)).toEqual([
      "6 labelled, 0 lost, 0 errors",
      "6 done, 0 left",
    ]);
  });

  it("12-rebalance moves what has to move", async () => {
    expect(await run((await import("../12-rebalance.ts")).main)).toEqual([
      "first: ada 2, ben 2, cleo 2",
      "3 requests would be sent",
      "now: ada 4, ben 2; 2 moved, all from cleo",
      "everything is assigned",
    ]);
  });

  it("13-lease-alarm warns before a lease ends", async () => {
    expect(await run((await import("../13-lease-alarm.ts")).main)).toEqual([
      "ben has less than 10 minutes left, by the server's clock",
      "6 open: 1 held, 5 ready",
      "more than 200 s are sure",
      "Ben stops",
    ]);
  });

  it("14-audit-sample draws, judges and counts", async () => {
    expect(await run((await import("../14-audit-sample.ts")).main)).toEqual([
      "3 of 6 are audited",
      "Ben on his own work: NotAllowed",
      "2 of 3 were right at once",
    ]);
  });

  it("06-sse answers in three frameworks", async () => {
    expect(await run((await import("../06-sse.ts")).main)).toEqual([
      "Express: task.added",
      "Fastify: task.added",
      "Hono: task.added",
    ]);
  });

  it("07-alert posts once, five minutes before the end", async () => {
    expect(await run((await import("../07-alert.ts")).main)).toEqual([
      "ben has 5 minutes left for a task (until 09:15 UTC)",
    ]);
  });

  it("08-durable misses nothing between two processes", async () => {
    expect(await run((await import("../08-durable.ts")).main)).toEqual([
      "first process: 1 handled",
      "second process: 2 handled",
    ]);
  });

  it("09-key-proxy lets a page read, and nothing else", async () => {
    expect(await run((await import("../09-key-proxy.ts")).main)).toEqual([
      "read: Notices, first draft",
      "write: Forbidden",
    ]);
  });

  it("09-key-proxy refuses other paths and other sites", async () => {
    const { keyProxy } = await import("../09-key-proxy.ts");
    const asked: Array<string> = [];
    const fetch = async (url: string) => {
      asked.push(url);
      return Response.json({});
    };
    const proxy = keyProxy({ baseURL: "http://sgp", apiKey: "k", allow: () => true, fetch });
    const statusOf = async (url: string, init?: RequestInit) => (await proxy(new Request(url, init))).status;
    expect(await statusOf("http://page/other")).toBe(404);
    expect(await statusOf("http://page/api/other")).toBe(404);
    expect(await statusOf("http://page/api/v4/x", { headers: { "sec-fetch-site": "cross-site" } })).toBe(403);
    expect(asked).toEqual([]);
    expect(await statusOf("http://page/api/v4/x?limit=1", { headers: { "sec-fetch-site": "same-origin" } })).toBe(200);
    expect(asked).toEqual(["http://sgp/v4/x?limit=1"]);
  });

  it("09-board renders on a server, before anything was read", async () => {
    const { renderToString } = await import("react-dom/server");
    const { createElement } = await import("react");
    const { Page } = await import("../09-board.tsx");
    const html = renderToString(createElement(Page, { origin: "https://board.example.com", evaluationId: "ev_1" }));
    expect(html.replaceAll("<!-- -->", "")).toContain("connecting: 0 of 0 done");
  });

  it("10-testing reports at the deadline", async () => {
    expect(await run((await import("../10-testing.ts")).main)).toEqual([
      "reported after the deadline, not before",
      "nothing is left: 0 timers",
    ]);
  });

  it("15-gate passes what is not worse", async () => {
    const [difference, verdict] = await run((await import("../15-gate.ts")).main);
    expect(difference).toMatch(/^difference 0\.\d+, 95 % interval -?\d\.\d+ to \d\.\d+, p = 0\.\d+$/);
    expect(verdict).toBe("not worse: the build passes");
  });

  it("16-opentelemetry sends spans and metrics to a collector", async () => {
    expect(await run((await import("../16-opentelemetry.ts")).main)).toEqual([
      "POST /v4/evaluations/{evaluation_id}/claim-task: yes",
      "evalwire watch: yes",
      "evalwire.watch.events, evalwire.watch.leases, evalwire.watch.poll.age, evalwire.watch.queue.depth, http.client.request.duration",
    ]);
  });

  it("17-relay shows and allows each what their token says", async () => {
    expect(await run((await import("../17-relay.ts")).main)).toEqual([
      "ada sees 0 tasks, ben sees 6",
      "ada sees 1 task",
      "ada hands in: Done",
      "ada lists the results: Forbidden",
    ]);
  });

  it("18-webhook delivers what is signed, and leaves nothing", async () => {
    expect(await run((await import("../18-webhook.ts")).main)).toEqual([
      "assignment.created: ada",
      "task.status_changed",
      "0 left in the outbox",
    ]);
  });
});
