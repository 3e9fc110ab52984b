/** `evalwire score`: a `metric_config` computed over records in files. */
import { keepHeapSmall } from "@evalwire/metrics/heap";
import type { Command } from "commander";
import type { Session } from "./Session.ts";
import * as Threads from "./score/blocks/Threads.ts";
import { expanded } from "./score/input/files.ts";
import { declare, type ScoreOptions } from "./score/ScoreOptions.ts";

/** Threads load what they score with while this one loads the rest: a third of a second less than one after the other. */
export const score = (program: Command, session: Session): void => {
  declare(program.command("score")).action(async (files: ReadonlyArray<string>, options: ScoreOptions) => {
    const { workers, fleet } = options;
    keepHeapSmall();
    await using threads = workers > 0 && fleet === undefined ? Threads.start(workers) : undefined;
    const { compute } = await import("./score/compute.ts");
    await compute(expanded(files), options, session, threads);
  });
};
