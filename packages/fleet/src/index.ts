/** `@evalwire/fleet`: the same watch and the same corpus run over many processes and machines, on NATS JetStream. */
export { FleetError, type FleetProblem } from "./FleetError.ts";
