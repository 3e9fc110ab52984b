import { rouge } from "@evalwire/metrics";
import type { Command } from "commander";
import * as Effect from "effect/Effect";
import * as Argument from "./Argument.ts";
import { CommandFailure, portFailure } from "./CommandFailure.ts";
import { notBuilt, openDashboard, usualPort } from "./dashboard/openDashboard.ts";
import type { Dashboard } from "./dashboard/serveDashboard.ts";
import { cases } from "./demo/cases/index.ts";
import { brisk, faster } from "./demo/Pace.ts";
import { annotators, auditor, lead, perform } from "./demo/perform.ts";
import * as Report from "./demo/Report.ts";
import * as Stage from "./demo/Stage.ts";
import { type Session, stopped } from "./Session.ts";

interface DemoOptions {
  readonly once?: true;
  readonly json?: true;
  readonly exit?: true;
  readonly port?: number;
  readonly apiPort: number;
  readonly database?: string;
  readonly seed: string;
  readonly speed: number;
}

/** The user the dashboard acts for. */
const viewer = "viewer";

const examples = `
Examples:
  evalwire demo                          about a minute; the dashboard stays until Ctrl-C
  evalwire demo --exit                   the same, and ends with the evaluation
  evalwire demo --once                   the same on a virtual clock, in seconds
  evalwire demo --once --json --seed 7   one JSON event a line, a summary last`;

/** `evalwire demo`: an evaluation from its creation to its scores, with five simulated annotators and an auditor. */
export const demo = (program: Command, session: Session): void => {
  program
    .command("demo", { isDefault: false })
    .description("Run an evaluation of 66 summaries with simulated annotators, and watch it live.")
    .option("--once", "on a virtual clock: no waiting, no port, no dashboard; ends by itself")
    .option("--json", "one JSON event a line on standard output, and a summary as the last")
    .option("--exit", "end with the evaluation instead of keeping the dashboard until Ctrl-C")
    .option(
      "-p, --port <port>",
      `port of the dashboard; 0 takes a free one (default: ${usualPort}, or a free one)`,
      Argument.port,
    )
    .option("--api-port <port>", "port of the evaluation server; 0 takes a free one", Argument.port, 0)
    .option("-d, --database <file>", 'SQLite file of the server, or ":memory:" (default: a new temporary file)')
    .option("--seed <seed>", "what the annotators' choices are drawn from", Argument.seed, "1")
    .option("--speed <times>", "how many times as fast as people usually work here, from 1 to 20", Argument.speed, 1)
    .addHelpText("after", examples)
    .action((options: DemoOptions) => (options.once ? runOnce(options, session) : runLive(options, session)));
};

const users = [lead, auditor, viewer, ...annotators.map(({ name }) => name)];

const noteOf = (): ((title: string) => string) => {
  const byTitle = new Map(cases.map((one) => [one.title, one]));
  return (title) => {
    const found = byTitle.get(title);
    if (found === undefined) return "";
    return `ROUGE-L ${rouge(found.output, found.expected, { types: ["rougeL"] }).rougeL.fmeasure.toFixed(2)}`;
  };
};

const reportOf = (options: DemoOptions, { terminal }: Session, stage: Stage.Stage): Report.Report =>
  options.json ? Report.json(terminal, options.seed) : Report.human(terminal, stage.now(), noteOf());

const runOnce = async (options: DemoOptions, session: Session): Promise<void> => {
  if (options.port !== undefined) throw new CommandFailure("--once opens no port: leave out --port", 2);
  if (options.speed !== 1) throw new CommandFailure("--once waits for nothing: leave out --speed", 2);
  const { seed, database } = options;
  const stage = await Stage.simulated({ users, claimSeconds: brisk.claimSeconds, database, seed });
  try {
    const report = reportOf(options, session, stage);
    report.opened([["clock", "virtual: nothing waits"]]);
    const outcome = await stage.until(
      perform({ stage, pace: brisk, seed, signal: session.stop, onCreated: report.created, onEvent: report.event }),
    );
    report.closed(outcome);
  } finally {
    await stage.close();
  }
  if (!options.json) suggest(session, ["See it in real time, with the dashboard", "demo"]);
};

const runLive = async (options: DemoOptions, session: Session): Promise<void> => {
  const { terminal, stop } = session;
  const { seed, database, apiPort, speed } = options;
  const pace = speed === 1 ? brisk : faster(brisk, speed);
  const stage = await Stage.live({ users, claimSeconds: pace.claimSeconds, database, apiPort }).catch(
    (error: unknown) => {
      throw portFailure(error, "127.0.0.1", apiPort);
    },
  );
  let dashboard: Dashboard | undefined;
  try {
    const report = reportOf(options, session, stage);
    const acting = stage.client(viewer);
    dashboard = await openDashboard(options.port, {
      users: [viewer],
      clientOf: () => acting,
      server: stage.url!,
      watch: { interval: pace.polling, requestsPerMinute: pace.requestsPerMinute },
    });
    report.opened([
      ["dashboard", dashboard ? terminal.paint.bold(dashboard.invite()) : notBuilt],
      ["server", `${stage.url}, SQLite ${stage.database}`],
    ]);
    const performing = perform({
      stage,
      pace,
      seed,
      signal: stop,
      onCreated: report.created,
      onEvent: report.event,
    });
    const ticking = new AbortController();
    const ticks = Effect.forever(
      Effect.andThen(
        Effect.sync(() => report.tick(stage.now())),
        Effect.sleep("200 millis"),
      ),
    );
    if (terminal.isInteractive) stage.run(ticks, ticking.signal).catch(() => undefined);
    const outcome = await performing.finally(() => ticking.abort());
    report.closed(outcome);
    if (options.json) return;
    suggest(
      session,
      ["Serve this database", "serve", "--database", stage.database, "--api-key", "secret=me"],
      ["Same run as JSON", "demo", "--once", "--json"],
    );
    if (dashboard && options.exit !== true) {
      terminal.line(`The dashboard stays at ${terminal.paint.bold(dashboard.invite())} until Ctrl-C.`);
      await stopped(session);
    }
  } finally {
    terminal.progress(undefined);
    await dashboard?.close();
    await stage.close();
  }
};

/** Steps a reader can take from here, spelled as they are typed where the program was started. */
const suggest = (
  { terminal, env }: Session,
  ...steps: ReadonlyArray<readonly [why: string, verb: string, ...args: Array<string>]>
) => {
  const { paint } = terminal;
  const isWorkspace = env["npm_lifecycle_event"] === "start";
  terminal.line(paint.bold("Next"));
  for (const [why, verb, ...args] of steps) {
    const npm = ["npm", ...(verb === "demo" ? ["start"] : ["run", verb]), ...(args.length > 0 ? ["--"] : [])];
    terminal.line(`  ${paint.dim(why)}`);
    terminal.line(`    ${[...(isWorkspace ? npm : ["evalwire", verb]), ...args].join(" ")}`);
  }
  if (isWorkspace) terminal.line(`  ${paint.dim("Five-minute tour:")} README.md`);
};
