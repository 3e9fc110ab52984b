/** `evalwire worker` and `evalwire fleet status`: what machines of a fleet run, and what can be known of it. */
import type { Command } from "commander";
import * as Argument from "./Argument.ts";
import { CommandFailure } from "./CommandFailure.ts";
import { fleetLines } from "./fleetLines.ts";
import type { Session } from "./Session.ts";

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
    .option("--fleet-name, --name <fleet>", "the fleet's name", "evalwire");

/** Adds `worker` and `fleet status`. */
export const fleet = (program: Command, session: Session): void => {
  withFleet(program.command("worker"))
    .description("Score pieces of the corpora that other machines request, until interrupted.")
    .option("-w, --workers <count>", "worker threads", Argument.workers, 1)
    .action((options: WorkerOptions) => work(options, session));
  withFleet(program.command("fleet").description("What a fleet does.").command("status"))
    .description("Show shards and publishers, logs, consumers, the queue, and notes on the server's version.")
    .option("--json", "as JSON")
    .action((options: StatusOptions) => status(options, session));
};

const work = async ({ fleet: servers, name, workers }: WorkerOptions, { terminal, stop }: Session): Promise<void> => {
  const { openQueue, scoringWork } = await import("@evalwire/fleet/queue");
  const { blockKind, blockWork } = await import("./score/blocks/fleetPool.ts");
  const threads = Math.max(1, workers);
  const onFailure = (error: unknown) =>
    void terminal.note(`evalwire: ${error instanceof Error ? error.message : String(error)}`);
  await using open = await openQueue({ servers: addressesOf(servers), name, onFailure });
  const blocks = blockWork(threads);
  const scores = scoringWork(threads);
  const worker = await open.queue.work({ ...scores.works, [blockKind]: blocks.work }, blocks.concurrency);
  terminal.note(
    `working for fleet ${name} (nats-server ${open.version}), ${threads} thread${threads === 1 ? "" : "s"}`,
  );
  if (!stop.aborted)
    await new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
  await worker.close();
  await Promise.all([blocks.close(), scores.close()]);
  terminal.note(`${worker.done} pieces done`);
};

const status = async ({ fleet: servers, name, json }: StatusOptions, { terminal }: Session): Promise<void> => {
  const { fleetStatus } = await import("@evalwire/fleet");
  const overview = await fleetStatus({ servers: addressesOf(servers), name });
  if (json) await terminal.line(JSON.stringify(overview));
  else for (const line of fleetLines(overview)) await terminal.line(line);
  if (overview.unknown.length > 0)
    throw new CommandFailure(`not everything about the fleet ${name} is known: ${overview.unknown.join(" ")}`);
};
