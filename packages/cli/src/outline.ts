/**
 * The commands as the program's own help lists them: what `--help`, `--version` and a misspelt command need, without the modules that
 * carry the commands out. A test holds each line to be what its command declares.
 */
import type { Command } from "commander";

export interface Outline {
  readonly name: string;
  /** As usage shows them, behind the name. */
  readonly takes: ReadonlyArray<string>;
  readonly hasOptions: boolean;
  readonly description: string;
}

export const outlines: ReadonlyArray<Outline> = [
  {
    ...{ name: "demo", takes: [], hasOptions: true },
    description: "Run an evaluation of 66 summaries with simulated annotators, and watch it live.",
  },
  {
    ...{ name: "serve", takes: [], hasOptions: true },
    description: "Run the SGP-compatible server on a SQLite file until Ctrl-C.",
  },
  {
    ...{ name: "dashboard", takes: [], hasOptions: true },
    description: "Serve the dashboard of an account on this machine, until Ctrl-C.",
  },
  {
    ...{ name: "watch", takes: ["<evaluation-id>"], hasOptions: true },
    description: "Print what happens to an evaluation's tasks, as it happens, until Ctrl-C.",
  },
  {
    ...{ name: "score", takes: ["<records...>"], hasOptions: true },
    description: "Compute a metric_config over records in files.",
  },
  {
    ...{ name: "preflight", takes: ["<data...>"], hasOptions: true },
    description: "Try the places an evaluation's configuration names on its data, before creating it.",
  },
  {
    ...{ name: "worker", takes: [], hasOptions: true },
    description: "Score pieces of the corpora that other machines request, until interrupted.",
  },
  { ...{ name: "fleet", takes: [], hasOptions: false }, description: "What a fleet does." },
];

/** Declares only names: the commands can be listed and suggested, not run. */
export const declareOutlines = (program: Command): void => {
  for (const { name, takes, hasOptions, description } of outlines) {
    const command = program.command(name).description(description);
    if (hasOptions) command.option("--help-of-this-command");
    for (const argument of takes) command.argument(argument);
  }
};
