/** `evalwire worker` and `evalwire fleet status`: what machines of a fleet run, and what can be known of it. */
import { type FleetOverview, fleetStatus, openQueue, scoringWork } from "@evalwire/fleet";
import type { Command } from "commander";
import * as Argument from "./Argument.ts";
import type { Session } from "./Session.ts";
import { blockKind, blockWork } from "./score/blocks/fleetPool.ts";

interface FleetArguments {
  readonly fleet: string;
  readonly name: string;
}

interface WorkerOptions extends FleetArguments {
  readonly workers: number;
}

interface StatusOptions extends FleetArguments {
  readonly json?: true;
}

export const addressesOf = (text: string): ReadonlyArray<string> => text.split(",").map((each) => each.trim());

const withFleet = (command: Command): Command =>
  command
    .requiredOption("--fleet <servers>", "addresses of NATS servers, divided by commas: nats://n1.example.org:4222")
    .option("--name <fleet>", "the fleet's name", "evalwire");

/** Adds `worker` and `fleet status`. */
export const fleet = (program: Command, session: Session): void => {
  withFleet(program.command("worker"))
    .description("Score pieces of the corpora that other machines ask for, until interrupted.")
    .option("-w, --workers <count>", "worker threads", Argument.workers, 1)
    .action((options: WorkerOptions) => work(options, session));
  withFleet(program.command("fleet").description("What a fleet does.").command("status"))
    .description("Who polls what, logs, consumers, the queue, and what follows from the server's version.")
    .option("--json", "as JSON")
    .action((options: StatusOptions) => status(options, session));
};

const work = async ({ fleet: servers, name, workers }: WorkerOptions, { terminal, stop }: Session): Promise<void> => {
  const threads = Math.max(1, workers);
  const onFailure = (error: unknown) =>
    void terminal.note(`evalwire: ${error instanceof Error ? error.message : String(error)}`);
  await using open = await openQueue({ servers: addressesOf(servers), name, onFailure });
  const blocks = blockWork(threads);
  const scores = scoringWork(threads);
  const worker = await open.queue.work({ ...scores.works, [blockKind]: blocks.work }, 2);
  terminal.note(
    `working for fleet ${name} (nats-server ${open.version}), ${threads} thread${threads === 1 ? "" : "s"}`,
  );
  if (!stop.aborted)
    await new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
  await worker.close();
  await Promise.all([blocks.close(), scores.close()]);
  terminal.note(`${worker.done} pieces done`);
};

const numberOf = (value: unknown): string => (typeof value === "number" ? String(value) : "?");

const memberLines = ({ facts, offices, health }: FleetOverview["members"][number]): ReadonlyArray<string> => {
  const { evaluations, followed, admitted, haltedMillis } = facts;
  const halted = typeof haltedMillis === "number" && haltedMillis > 0 ? `, halted for ${haltedMillis} ms` : "";
  const state = health?.state ?? "does not answer";
  const held =
    health === undefined
      ? `${Object.keys(offices).length} offices`
      : `shards ${health.shards.held.join(" ") || "none"}`;
  const behind = (health?.lags ?? []).reduce((sum, lag) => sum + (lag.behind ?? 0), 0);
  const lag =
    health === undefined ? "" : `, ${behind} messages behind, share ${Math.round(health.budget.share)} a minute`;
  return [
    `  ${facts.name}: ${state}, ${held}, polls ${numberOf(evaluations)}, follows ${numberOf(followed)}, ${numberOf(admitted)} requests${lag}, format ${facts.formats.current}${halted}`,
    ...(health?.problems ?? []).map((problem) => `    problem: ${problem}`),
    ...(health?.consumers ?? []).map((each) => `    consumes ${each.name}: ${numberOf(each.behind)} waiting`),
  ];
};

const lines = ({
  name,
  server,
  members,
  logs,
  consumers,
  queue,
  deadLetters,
}: FleetOverview): ReadonlyArray<string> => [
  `fleet ${name}: nats-server ${server.version}, ${server.isClustered ? "several nodes" : "one node"}`,
  ...server.notes.map((note) => `  note: ${note}`),
  members.length === 0 ? "no replica beats" : `${members.length} replicas`,
  ...members.flatMap(memberLines),
  ...logs.map(({ stream, messages, bytes }) => `log ${stream}: ${messages} messages, ${bytes} bytes`),
  ...consumers.map(
    (each) =>
      `consumer ${each.name}: ${each.pending} waiting, ${each.unacknowledged} at work, ${each.redelivered} redelivered`,
  ),
  `queue: ${queue.jobs} pieces wait, ${queue.results} results`,
  ...(deadLetters > 0 ? [`${deadLetters} dead letters`] : []),
];

const status = async ({ fleet: servers, name, json }: StatusOptions, { terminal }: Session): Promise<void> => {
  const overview = await fleetStatus({ servers: addressesOf(servers), name });
  if (json) await terminal.line(JSON.stringify(overview));
  else for (const line of lines(overview)) await terminal.line(line);
};
