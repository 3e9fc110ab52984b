/** `@evalwire/fleet/queue`: only the queue of work, for workers and for programs that submit work. It loads nothing that watches. */
export { type OpenQueue, openQueue, type QueueOptions, scoringWork } from "./corpus/openQueue.ts";
export type { Queue, QueueRun, Work, WorkResult } from "./corpus/Queue.ts";
export type { Worker } from "./corpus/Worker.ts";
export type { WorkQueue } from "./corpus/WorkQueue.ts";
export type { WorkRun } from "./corpus/WorkRun.ts";
export type { EngineOptions } from "./engine/connectNats.ts";
export { FleetError, type FleetProblem } from "./engine/FleetError.ts";
