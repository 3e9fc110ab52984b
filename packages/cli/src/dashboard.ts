import type { SGPClient } from "@evalwire/core";
import type { Command } from "commander";
import * as Argument from "./Argument.ts";
import { type AccountOptions, openClient, withAccount } from "./account.ts";
import { CommandFailure } from "./CommandFailure.ts";
import { notBuilt, openDashboard, usualPort } from "./dashboard/openDashboard.ts";
import { inOwnWords } from "./ownWords.ts";
import { type Session, stopped } from "./Session.ts";

interface DashboardOptions extends AccountOptions {
  readonly port?: number;
  readonly readOnly?: true;
}

const examples = `
The key is read from SGP_API_KEY and stays in this process: the page reaches the platform through a relay.

Examples:
  evalwire dashboard --account acct_1
  evalwire dashboard --base-url https://api.egp.scale.com --port 8080 --read-only
  SGP_CLIENT_BASE_URL=http://127.0.0.1:8787 SGP_API_KEY=secret evalwire dashboard`;

/** `evalwire dashboard`: the page over an account of the platform, until it is stopped. */
export const dashboard = (program: Command, session: Session): void => {
  const command = program
    .command("dashboard")
    .description("Serve the dashboard of an account on this machine, until Ctrl-C.");
  withAccount(command)
    .option("-p, --port <port>", `port; 0 takes a free one (default: ${usualPort}, or a free one)`, Argument.port)
    .option("--read-only", "the page may look, and change nothing")
    .addHelpText("after", examples)
    .action((options: DashboardOptions) => start(options, session));
};

/** The owner of the key, if the platform says; else `you`. */
const nameOf = async (client: SGPClient): Promise<string> => {
  const user = await client.users.info().catch(() => undefined);
  return user?.id ?? "you";
};

const start = async (options: DashboardOptions, session: Session): Promise<void> => {
  const { terminal } = session;
  const { port, readOnly = false } = options;
  const client = await openClient(options, session);
  try {
    // A key that is refused is found out here, in the terminal, and not on the page.
    await inOwnWords(() => client.evaluations.list({ limit: 1 }));
    const user = await nameOf(client);
    const served = await openDashboard(port, {
      users: [user],
      clientOf: () => client,
      server: client.baseURL,
      isReadOnly: readOnly,
    });
    if (served === undefined) throw new CommandFailure(`the dashboard is ${notBuilt}`);
    try {
      const { paint } = terminal;
      const lines = [
        ["dashboard", paint.bold(served.invite())],
        ["platform", client.baseURL],
        ["acting as", readOnly ? `${user}, who may only look` : user],
      ];
      for (const [name = "", value = ""] of lines) terminal.line(`${paint.dim(name.padEnd(10))} ${value}`);
      terminal.line(paint.dim("The address lets one browser in, once. Ctrl-C stops the dashboard."));
      await stopped(session);
    } finally {
      await served.close();
    }
  } finally {
    await client.close();
  }
};
