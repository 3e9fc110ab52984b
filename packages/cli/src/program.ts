import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import { CommandFailure } from "./CommandFailure.ts";
import { declareOutlines } from "./outline.ts";
import type { Session } from "./Session.ts";

const { version } = createRequire(import.meta.url)("../package.json") as { readonly version: string };

/** Each adds itself to a program, and is loaded only when it is called: scores need no server. */
const commands = {
  demo: async () => (await import("./demo.ts")).demo,
  serve: async () => (await import("./serve.ts")).serve,
  dashboard: async () => (await import("./dashboard.ts")).dashboard,
  watch: async () => (await import("./watch.ts")).watch,
  score: async () => (await import("./score.ts")).score,
  preflight: async () => (await import("./preflight.ts")).preflight,
  fleet: async () => (await import("./fleet.ts")).fleet,
};

/** Commands that another one's module declares. */
const declaredBy: Readonly<Record<string, keyof typeof commands>> = { worker: "fleet" };

const isCommand = (name: string): name is keyof typeof commands => Object.hasOwn(commands, name);

/**
 * A parser's error on one line. The only line break of its own is the one before a suggestion; every other is a part of what was given,
 * and is shown by the terminal.
 */
const oneLine = (text: string): string =>
  text
    .replace(/\n$/, "")
    .replace(/^error: /, "evalwire: ")
    .replace(/\n(\(Did you mean [^\n]*\?\))$/, " $1");

/** The modules that a call needs: of the command it names; none for the program's own help, its version and misspelt commands. */
const needed = ([first = "", second = ""]: ReadonlyArray<string>): ReadonlyArray<keyof typeof commands> => {
  const name = first === "help" ? second : first;
  const named = declaredBy[name] ?? name;
  // A command may stand behind it.
  if (name === "--") return Object.keys(commands) as Array<keyof typeof commands>;
  return isCommand(named) ? [named] : [];
};

/** An option with an empty text was given a variable that is not set (`--out "$RESULTS"`): refused before any work is done. */
const refuseEmpty = (command: Command): void => {
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    const given = Array.isArray(value) ? value : [value];
    if (given.includes("")) throw new CommandFailure(`${option.long} is empty: give a value, or leave it out`, 2);
  }
};

/**
 * Looks for required options once a call is known to be otherwise right: the parser would do so first, and call a misspelt `--confg`
 * a missing `--config`.
 */
const requireLate = (program: Command): void => {
  const required = new Set(program.commands.flatMap(({ options }) => options).filter(({ mandatory }) => mandatory));
  for (const option of required) option.mandatory = false;
  program.hook("preAction", (_, command) => {
    for (const option of command.options)
      if (required.has(option) && command.getOptionValue(option.attributeName()) === undefined)
        command.error(`error: required option '${option.flags}' not specified`);
  });
};

const program = async (args: ReadonlyArray<string>, session: Session): Promise<Command> => {
  const { terminal } = session;
  const command = new Command("evalwire")
    .description("Human and automatic evaluation on the Scale GenAI Platform, and without it.")
    .version(version)
    .showHelpAfterError("See --help.")
    .exitOverride()
    .hook("preAction", (_, command) => refuseEmpty(command))
    .configureOutput({
      writeOut: (text) =>
        text
          .trimEnd()
          .split("\n")
          .forEach((line) => void terminal.line(line)),
      writeErr: (text) =>
        text
          .trimEnd()
          .split("\n")
          .forEach((line) => void terminal.note(line)),
      outputError: (text) => terminal.note(oneLine(text)),
    });
  const names = needed(args);
  for (const name of names) (await commands[name]())(command, session);
  if (names.length === 0) declareOutlines(command);
  requireLate(command);
  return command;
};

/**
 * Runs one command and gives the exit code: 0 when it succeeded, 1 for a runtime error, 2 for invalid arguments, 3 when a threshold was
 * missed, 130 when it was interrupted before its end.
 *
 * @param args - without the program's own name, e.g. `["demo", "--once"]`
 */
export const run = async (args: ReadonlyArray<string>, session: Session): Promise<number> => {
  const { terminal } = session;
  try {
    await (await program(args, session)).parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    terminal.progress(undefined);
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (session.stop.aborted) {
      terminal.note("evalwire: interrupted");
      return 130;
    }
    const [first, ...stack] = describe(error);
    terminal.note(`evalwire: ${first}`);
    for (const line of stack) terminal.note(line);
    return error instanceof CommandFailure ? error.exitCode : 1;
  }
};

/** One line for what is expected to go wrong; the stack too for what is not. */
const describe = (error: unknown): readonly [string, ...ReadonlyArray<string>] => {
  if (!(error instanceof Error)) return [String(error)];
  const isExpected =
    error instanceof CommandFailure || ["SgpError", "FleetError"].includes(error.name) || "code" in error;
  if (isExpected) return [error.message];
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return [`${error.name}: ${error.message}`, ...frames];
};
