import type { WatchEvent, WatchIssue } from "@evalwire/core";
import type { Command } from "commander";
import { type AccountOptions, openClient, withAccount } from "./account.ts";
import { eventLine } from "./eventLine.ts";
import { inOwnWords } from "./ownWords.ts";
import { type Session, stopped } from "./Session.ts";

interface WatchOptions extends AccountOptions {
  readonly json?: true;
  readonly untilDone?: true;
  readonly v5?: true;
  readonly replay?: true;
  readonly history?: true;
}

const examples = `
The key is read from SGP_API_KEY, so that it stands neither on the screen nor in the shell's history.

Examples:
  evalwire watch ev_123
  evalwire watch ev_123 --json --until-done | jq .type
  SGP_CLIENT_BASE_URL=http://127.0.0.1:8787 SGP_API_KEY=secret evalwire watch ev_123`;

/** `evalwire watch`: an evaluation's events, as they happen. */
export const watch = (program: Command, session: Session): void => {
  const command = program
    .command("watch")
    .description("Print what happens to an evaluation's tasks, as it happens, until Ctrl-C.")
    .argument("<evaluation-id>", "the evaluation, as the platform names it")
    .option("--json", "one JSON event a line")
    .option("--replay", "also report the tasks present at the start")
    .option("--history", "report every version of a task between two polls, with the server's own times (API v4)")
    .option("--v5", "watch an evaluation of API v5")
    .option("--until-done", "end when the evaluation is completed or failed");
  withAccount(command)
    .addHelpText("after", examples)
    .action((evaluationId: string, options: WatchOptions) => follow(evaluationId, options, session));
};

const follow = async (evaluationId: string, options: WatchOptions, session: Session): Promise<void> => {
  const { terminal } = session;
  const client = await openClient(options, session);
  const onIssue = ({ kind, message }: WatchIssue) => {
    if (kind === "history-missing" || kind === "options-ignored") terminal.note(message);
  };
  const watching = options.history ? { history: true, onIssue } : {};
  await using watched = await inOwnWords(async () => (options.v5 ? client.v5 : client).watch(evaluationId, watching));
  const ended = Promise.withResolvers<void>();
  watched.subscribe(
    (event) => {
      const line = options.json ? JSON.stringify(event) : humanLine(event, session);
      if (line !== undefined) terminal.line(line);
      if (options.untilDone && isOver(event)) ended.resolve();
    },
    {
      replay: options.replay ?? false,
      capacity: 100_000,
      onEnd: (error) => (error === undefined ? ended.resolve() : ended.reject(error)),
    },
  );
  await inOwnWords(() => Promise.race([ended.promise, stopped(session)]));
};

const isOver = (event: WatchEvent): boolean =>
  (event.type === "evaluation.progressed" || event.type === "evaluation.status_changed") &&
  ["completed", "failed"].includes(event.current.status.toLowerCase());

/** When it happened on the server, where that is known, else when it was seen. */
const clock = (event: WatchEvent): string => (("at" in event ? event.at : undefined) ?? event.time).slice(11, 19);

const humanLine = (event: WatchEvent, { terminal }: Session): string | undefined =>
  eventLine(event, { paint: terminal.paint, columns: terminal.columns, clock });
