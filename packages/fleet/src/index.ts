/** `@evalwire/fleet`: the same watch and the same corpus run over many processes and machines, on NATS JetStream. */
export type { ConsumeFrom, ConsumeOptions } from "./consumers/ConsumeOptions.ts";
export type { Consumption, DeadLetter, Handler } from "./consumers/Consumption.ts";
export { MemoryQueue } from "./corpus/MemoryQueue.ts";
export { type OpenQueue, openQueue, type QueueOptions, scoringWork } from "./corpus/openQueue.ts";
export type { Queue, QueueRun, Work, WorkResult } from "./corpus/Queue.ts";
export type { PieceOptions } from "./corpus/scorePieces.ts";
export type { Worker, WorkQueue, WorkRun } from "./corpus/WorkQueue.ts";
export { createFleet } from "./createFleet.ts";
export type { EngineOptions } from "./engine/Engine.ts";
export { FleetError, type FleetProblem } from "./engine/FleetError.ts";
export type { Version } from "./engine/Names.ts";
export type {
  Fleet,
  FleetCorpusOptions,
  FleetOptions,
  FleetStatus,
  FleetWatchOptions,
  WorkOptions,
} from "./Fleet.ts";
export type { FormatFacts } from "./membership/Formats.ts";
export type { MemberFacts } from "./membership/Members.ts";
export { spread } from "./membership/Spread.ts";
export { type FleetOverview, fleetStatus } from "./operations/fleetStatus.ts";
export { type FleetHealth, type HasHealth, healthHandler } from "./operations/Health.ts";
export { notesOn } from "./operations/notesOn.ts";
