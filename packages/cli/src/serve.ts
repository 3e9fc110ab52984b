import type { SGPClient } from "@evalwire/core";
import type { Command } from "commander";
import * as Argument from "./Argument.ts";
import { CommandFailure, portFailure } from "./CommandFailure.ts";
import { notBuilt, openDashboard, usualPort } from "./dashboard/openDashboard.ts";
import type { Dashboard } from "./dashboard/serveDashboard.ts";
import { openServer } from "./openServer.ts";
import { type Session, stopped } from "./Session.ts";

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly apiKey: Readonly<Record<string, string>>;
  readonly database: string;
  readonly claimSeconds: number;
  /** `true` without a port. */
  readonly dashboard?: true | number;
}

const examples = `
Examples:
  evalwire serve --api-key secret=me
  evalwire serve --port 8787 --api-key k1=annotator-1 --api-key k2=annotator-2 --database ./data.db
  evalwire serve --api-key k1=annotator-1 --api-key k2=auditor --dashboard
  EVALWIRE_API_KEYS=k1=annotator-1,k2=annotator-2 evalwire serve`;

/** `evalwire serve`: only the embedded server, until it is stopped. */
export const serve = (program: Command, session: Session): void => {
  program
    .command("serve")
    .description("Run the SGP-compatible server on a SQLite file until Ctrl-C.")
    .option("-p, --port <port>", "port to listen on; 0 takes a free one", Argument.port, 8787)
    .option("--host <address>", "address to listen on; anything but loopback lets others in", "127.0.0.1")
    .option("-k, --api-key <key=user>", "a key and the user it stands for; repeatable", Argument.apiKey)
    .option("-d, --database <file>", 'SQLite file, made when missing; ":memory:" keeps nothing', "./evalwire.db")
    .option("-c, --claim-seconds <seconds>", "how long a claimed task stays with its holder", Argument.seconds, 900)
    .option(
      "--dashboard [port]",
      `serve the dashboard as well, with an invitation for each user (default port: ${usualPort}, or a free one)`,
      Argument.port,
    )
    .addHelpText("after", examples)
    .action((options: ServeOptions) => start(options, session));
};

const start = async (options: ServeOptions, session: Session): Promise<void> => {
  const { terminal } = session;
  const { host, port, database, claimSeconds, dashboard: asked } = options;
  const apiKeys = { ...Argument.apiKeys(session.env["EVALWIRE_API_KEYS"] ?? ""), ...options.apiKey };
  const users = new Set(Object.values(apiKeys));
  if (users.size === 0) {
    throw new CommandFailure(
      "a server needs at least one key: give --api-key <key>=<user>, or EVALWIRE_API_KEYS=<key>=<user>,…",
      2,
    );
  }
  // `--host "$UNSET"` would bind every interface.
  if (host.trim() === "") throw new CommandFailure("--host is empty; say 127.0.0.1, or 0.0.0.0 for every interface", 2);
  const server = await openServer({ database, apiKeys, claimSeconds });
  const clients = new Map<string, SGPClient>();
  let dashboard: Dashboard | undefined;
  try {
    const listener = await server.listen({ port, host }).catch((error: unknown) => {
      throw portFailure(error, host, port);
    });
    if (asked !== undefined) {
      const { SGPClient } = await import("@evalwire/core");
      for (const [apiKey, user] of Object.entries(apiKeys)) {
        const fetch = (url: string, init: RequestInit) => server.fetch(url, init);
        clients.set(user, new SGPClient({ apiKey, baseURL: listener.url, fetch }));
      }
      dashboard = await openDashboard(asked === true ? undefined : asked, {
        users: [...users] as [string, ...ReadonlyArray<string>],
        clientOf: (user) => clients.get(user)!,
        server: listener.url,
        watch: { interval: ["1 second", "10 seconds"], requestsPerMinute: 600 },
      });
    }
    const { paint } = terminal;
    const invitations = Array.from(users, (user) => ["dashboard", `${dashboard?.invite(user)}  ${paint.dim(user)}`]);
    const lines = [
      ["listening", paint.bold(listener.url)],
      ["database", database],
      ["keys", `${Object.keys(apiKeys).length}, for ${Array.from(users).join(", ")}`],
      ["claims", `last ${claimSeconds} s`],
      ...(asked === undefined ? [] : dashboard === undefined ? [["dashboard", notBuilt]] : invitations),
    ];
    for (const [name = "", value = ""] of lines) terminal.line(`${paint.dim(name.padEnd(10))} ${value}`);
    terminal.line(paint.dim("Ctrl-C stops the server."));
    await stopped(session);
    terminal.line("stopping…");
  } finally {
    await dashboard?.close();
    await Promise.all(Array.from(clients.values(), (client) => client.close()));
    await server.close();
  }
  terminal.line("stopped; everything that was answered is in the database.");
};
