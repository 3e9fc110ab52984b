/** `@evalwire/fleet`: the same watch and the same corpus run over many processes and machines, on NATS JetStream. */
export type { ConsumeFrom, ConsumeOptions, Consumption, DeadLetter, Handler } from "./Consumption.ts";
export { createFleet, type Fleet, type FleetOptions, type FleetStatus, type FleetWatchOptions } from "./createFleet.ts";
export type { EngineOptions } from "./Engine.ts";
export { FleetError, type FleetProblem } from "./FleetError.ts";
export type { Version } from "./Names.ts";
export { spread } from "./Spread.ts";
