/** `@evalwire/fleet`: the same watch and the same corpus run over many processes and machines, on NATS JetStream. */
export type { ConsumeFrom, ConsumeOptions, Consumption, DeadLetter, Handler } from "./Consumption.ts";
export { createFleet } from "./createFleet.ts";
export type { EngineOptions } from "./Engine.ts";
export type {
  Fleet,
  FleetCorpusOptions,
  FleetOptions,
  FleetStatus,
  FleetWatchOptions,
  WorkOptions,
} from "./Fleet.ts";
export { FleetError, type FleetProblem } from "./FleetError.ts";
export type { FormatFacts } from "./Formats.ts";
export { type FleetOverview, fleetStatus } from "./fleetStatus.ts";
export { type FleetHealth, type HasHealth, healthHandler } from "./Health.ts";
export type { MemberFacts } from "./Members.ts";
export { MemoryQueue } from "./MemoryQueue.ts";
export type { Version } from "./Names.ts";
export { notesOn } from "./notesOn.ts";
export { type OpenQueue, openQueue, type QueueOptions, scoringWork } from "./openQueue.ts";
export type { Queue, QueueRun, Work, WorkResult } from "./Queue.ts";
export { spread } from "./Spread.ts";
export type { PieceOptions } from "./scorePieces.ts";
export type { Worker, WorkQueue, WorkRun } from "./WorkQueue.ts";
