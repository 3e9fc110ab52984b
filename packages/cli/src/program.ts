import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import { CommandFailure } from "./CommandFailure.ts";
import { demo } from "./demo.ts";
import type { Session } from "./Session.ts";
import { score } from "./score.ts";
import { serve } from "./serve.ts";
import { watch } from "./watch.ts";

const { version } = createRequire(import.meta.url)("../package.json") as { readonly version: string };

const program = (session: Session): Command => {
  const { terminal } = session;
  const command = new Command("evalwire")
    .description("Human and automatic evaluation on the Scale GenAI Platform, and without it.")
    .version(version)
    .showHelpAfterError("Try --help for what can be given.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.line(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, "evalwire: ")),
    });
  demo(command, session);
  serve(command, session);
  watch(command, session);
  score(command, session);
  return command;
};

/**
 * Runs one command and gives the exit code: 0 when it did what was asked, 2 for a call it cannot read, 1 when the world did
 * not play along, 130 when it was interrupted before its end.
 *
 * @param args - without the program's own name, e.g. `["demo", "--once"]`
 */
export const run = async (args: ReadonlyArray<string>, session: Session): Promise<number> => {
  const { terminal } = session;
  try {
    await program(session).parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    terminal.progress(undefined);
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (session.stop.aborted) {
      terminal.note("evalwire: interrupted");
      return 130;
    }
    terminal.note(`evalwire: ${describe(error)}`);
    return error instanceof CommandFailure ? error.exitCode : 1;
  }
};

/** One line for what is expected to go wrong; the stack for what is not. */
const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const isExpected = error instanceof CommandFailure || error.name === "SgpError" || "code" in error;
  return isExpected ? error.message : (error.stack ?? error.message);
};
