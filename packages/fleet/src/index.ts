/** `@evalwire/fleet`: the same watch and the same corpus run over many processes and machines, on NATS JetStream. */
export type { ConsumeFrom, ConsumeOptions, Consumption, DeadLetter, Handler } from "./Consumption.ts";
export {
  createFleet,
  type Fleet,
  type FleetCorpusOptions,
  type FleetOptions,
  type FleetStatus,
  type FleetWatchOptions,
  type WorkOptions,
} from "./createFleet.ts";
export type { EngineOptions } from "./Engine.ts";
export { FleetError, type FleetProblem } from "./FleetError.ts";
export { type FleetOverview, fleetStatus, notesOn } from "./fleetStatus.ts";
export type { MemberFacts } from "./Members.ts";
export type { Version } from "./Names.ts";
export { type OpenQueue, openQueue, type QueueOptions, scoringWork } from "./openQueue.ts";
export { spread } from "./Spread.ts";
export type { PieceOptions } from "./scorePieces.ts";
export type { Work, Worker, WorkQueue, WorkResult, WorkRun } from "./WorkQueue.ts";
