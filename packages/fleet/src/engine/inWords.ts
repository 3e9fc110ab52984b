/** Errors of the NATS client, in sentences. */
import { TimeoutError } from "@nats-io/nats-core";
import { isError, isPassing } from "./errorCodes.ts";
import { FleetError } from "./FleetError.ts";
import { wordsOf } from "./guarded.ts";

const nameOf = (error: unknown): string => (error as { readonly name?: string } | null)?.name ?? "";

/** Whether the NATS client says that its connection was closed. */
export const isClosed = (error: unknown): boolean => /^(Closed|Draining)ConnectionError$/.test(nameOf(error));

export const closed = (cause?: unknown): FleetError =>
  new FleetError("Closed", "The fleet, or its queue, was closed; make another one.", { cause });

/** JetStream's silence in a sentence. */
export const silence = (error: unknown, what: string): FleetError =>
  new FleetError(
    "NoServer",
    `JetStream does not answer (${what}: ${wordsOf(error)}): its server is busy, or not more than half of the nodes of its cluster can reach one another.`,
    { cause: error },
  );

/** The same failure as a `FleetError`, where it is one that a person has to do something about. */
export const explained = (error: unknown, what: string): unknown => {
  if (error instanceof FleetError) return error;
  if (isClosed(error)) return closed(error);
  const name = nameOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const cause = String((error as { readonly cause?: unknown } | null)?.cause ?? "");
  if (/AuthorizationError|UserAuthenticationExpired/.test(name) || /authorization violation/i.test(message))
    return new FleetError(
      "Refused",
      `The NATS server refused the credentials (${what}); check connection.user, token or authenticator.`,
      { cause: error },
    );
  if (/PermissionViolation/.test(name) || /permissions violation/i.test(`${message} ${cause}`))
    return new FleetError("Refused", `The NATS account may not do what a fleet needs (${what}): ${cause || message}.`, {
      cause: error,
    });
  if (
    isError(error, "insufficientResources", "insufficientStorage", "storeFailed") ||
    /insufficient (storage|resources)|maximum bytes/i.test(message)
  )
    return new FleetError(
      "StoreFull",
      `JetStream has no room left (${what}: ${message}); nothing was lost that was confirmed, and writing goes on once there is room.`,
      { cause: error },
    );
  if (isError(error, "subjectsOverlap"))
    return new FleetError(
      "OtherShape",
      `A stream of another name has subjects of this fleet (${what}: ${message}); delete it, or give the fleet another name.`,
      { cause: error },
    );
  if (isError(error, "tooFewPeers", "notClustered"))
    return new FleetError(
      "Invalid",
      `There are fewer NATS nodes than requested replicas (${what}: ${message}); lower the option replicas, or start more nodes.`,
      { cause: error },
    );
  return error;
};

/** Whether the NATS client says that JetStream does not answer. A handler's own error may be named `TimeoutError`, too. */
const isSilence = (error: unknown): boolean =>
  isPassing(error) && (error instanceof TimeoutError || (error as Error).name !== "TimeoutError");

/** The same, and JetStream's silence. */
export const inWords = (error: unknown, what: string): unknown =>
  isSilence(error) ? silence(error, what) : explained(error, what);
