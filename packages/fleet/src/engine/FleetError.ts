/** Why a fleet cannot do what was requested: one sentence, and a tag for programs. */

/** The kind of problem. */
export type FleetProblem =
  /** No NATS server answered in time, or JetStream did not: its cluster has no leader. */
  | "NoServer"
  /** The server refused the credentials, or does not allow what a fleet needs. */
  | "Refused"
  /** The server is there, and has no JetStream for this account. */
  | "NoJetStream"
  /** A stream or bucket of the fleet exists with other options. */
  | "OtherShape"
  /** Replicas of this fleet speak to another server or account of the platform, or use another number of shards. */
  | "OtherFleet"
  /** Replicas of this fleet were given different options: one of them counts, as the message says. */
  | "OtherOptions"
  /** A replica of this fleet writes a format that this version cannot read. */
  | "OtherFormat"
  /** JetStream has no room left. */
  | "StoreFull"
  /** An option or argument that cannot be. */
  | "Invalid"
  /** Another metric version or signature than the requested one. */
  | "OtherMetrics"
  /** A piece of work failed as often as it is tried; the message says how it failed last. */
  | "WorkFailed"
  /** Something was still at work when it was closed, and was given back. */
  | "Unfinished"
  /** The fleet was closed. */
  | "Closed";

/**
 * @example
 * ```ts
 * import { FleetError } from "@evalwire/fleet";
 *
 * new FleetError("Closed", "The fleet was closed.").problem; // => "Closed"
 * ```
 */
export class FleetError extends Error {
  override readonly name = "FleetError";
  readonly problem: FleetProblem;

  constructor(problem: FleetProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
