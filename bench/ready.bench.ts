/**
 * A watch of many tasks on the embedded server: seconds until it is ready and requests for that, in growing pages and in pages of 1,000; and the
 * bytes of an idle watch where the server says what has not changed, against the same server without tags, which is what builds without
 * validators receive. `TASKS` says how many; the default is 10,000. Bytes are
 * held to their budget up to 40,000: of more the idle time measured here holds no whole scan at the default pace.
 */
import { SGPClient, type WatchOptions } from "@evalwire/core";
import { hold } from "./budget.ts";
import { table } from "./measure.ts";
import { end, evaluationOn, next, run } from "./outside.ts";

const many = Number(process.env["TASKS"] ?? 10_000);
const quick = { interval: ["250 millis", "1 second"], requestsPerMinute: 6_000 } as const;

const url = await next<string>(run("servers.ts", "evalwire", ":memory:"));
const evaluation = await evaluationOn(url);
for (let made = 0; made < many; made += 10_000) await evaluation.add(Math.min(10_000, many - made));

const withoutTags = async (address: string, init: RequestInit): Promise<Response> => {
  const response = await fetch(address, init);
  const headers = new Headers(response.headers);
  headers.delete("etag");
  return new Response(response.body, { status: response.status, headers });
};

const watched = async (options: WatchOptions, idleMillis: number, through?: typeof withoutTags) => {
  const given = through === undefined ? {} : { fetch: through };
  await using client = new SGPClient({ apiKey: "key", baseURL: url, accountID: "acme", ...given });
  const start = performance.now();
  const watch = client.watch(evaluation.id, options);
  await watch.ready;
  const seconds = (performance.now() - start) / 1_000;
  const { requests } = watch.stats();
  await new Promise((resolve) => setTimeout(resolve, idleMillis));
  const before = watch.stats();
  await new Promise((resolve) => setTimeout(resolve, idleMillis));
  const after = watch.stats();
  const scans = Math.max(1, after.scans - before.scans);
  return { seconds, requests, tasks: watch.snapshot().tasks.size, bytes: (after.bytes - before.bytes) / scans };
};

const growing = await watched({}, 0);
const fixed = many > 40_000 ? undefined : await watched({ pageSize: 1_000 }, 0);
const tagged = await watched(quick, 4_000);
const plain = await watched(quick, 4_000, withoutTags);
end();
const row = (name: string, { seconds, requests, tasks, bytes }: typeof growing) => [
  name,
  `${seconds.toFixed(1)} s`,
  `${requests}`,
  `${tasks}`,
  `${Math.round(bytes).toLocaleString("en")}`,
];
table(
  ["a watch", "ready after", "requests until then", "tasks", "bytes an idle scan"],
  [
    row("as it comes", growing),
    ...(fixed === undefined ? [] : [row("in pages of 1,000", fixed)]),
    row("quick polls, tags", tagged),
    row("quick polls, no tags", plain),
  ],
);
if (many <= 40_000)
  hold([
    {
      question: "bytes of an idle scan, with tags / without",
      figure: tagged.bytes / plain.bytes,
      unit: "×",
      budget: { most: 0.1 },
    },
  ]);
