/**
 * The connection to NATS, with the options a fleet needs: the client's own defaults notice a stopped server after minutes, wait 20 s on a
 * server that does not answer, and give up for good after ten attempts.
 */
import type { ConnectionOptions, NatsConnection } from "@nats-io/nats-core";
import { connect as connectToNats } from "@nats-io/transport-node";
import * as Predicate from "effect/Predicate";
import { checkIs, checkMillis } from "./checkIs.ts";
import { FleetError } from "./FleetError.ts";
import { wordsOf } from "./guarded.ts";
import { explained } from "./inWords.ts";
import { paced } from "./paced.ts";
import type { Time } from "./Time.ts";

export interface EngineOptions {
  /** Addresses of NATS servers, e.g. `nats://n1.example.org:4222`; with credentials `nats://user:password@…` or `nats://token@…`. */
  readonly servers: string | ReadonlyArray<string>;
  /** Laid over the options of the NATS client: credentials, TLS. */
  readonly connection?: Omit<ConnectionOptions, "servers" | "maxReconnectAttempts" | "noEcho" | "waitOnFirstConnect">;
  /** How long to wait for a server, and for the nodes of a cluster to know one another, at the start. Default 5 seconds. */
  readonly connectTimeoutMillis?: number | undefined;
}

/** @internal */
export const engineNames: Record<keyof EngineOptions, true> = {
  servers: true,
  connection: true,
  connectTimeoutMillis: true,
};

const defaults = {
  pingInterval: 1_000,
  maxPingOut: 2,
  timeout: 1_500,
  maxReconnectAttempts: -1,
} satisfies ConnectionOptions;

/** The options that the fleet sets itself: another value would stop it for good, or let it go on without its own messages. */
const ours = ["servers", "maxReconnectAttempts", "noEcho", "waitOnFirstConnect"];

/** Throws a `FleetError` at options that cannot be. */
const checkConnection = ({ connection, connectTimeoutMillis }: EngineOptions): void => {
  checkIs(Predicate.isObject(connection), "NATS", "connection", "an object of options of the NATS client", connection);
  for (const name of ours)
    if (connection !== undefined && name in connection)
      throw new FleetError("Invalid", `NATS: connection.${name} is the fleet's own; leave it out.`);
  checkMillis("NATS", "connectTimeoutMillis", connectTimeoutMillis, 0);
};

type Credentials = Pick<ConnectionOptions, "user" | "pass" | "token">;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    // A password with a per cent sign of its own.
    return text;
  }
};

const bareOf = (address: string): string => address.replace(/^(\w+:\/\/)?[^@/]*@/, "$1");

/** Credentials that an address has, which the NATS client would pass over. */
const credentialsOf = (address: string): Credentials => {
  const [, text] = /^(?:\w+:\/\/)?([^@/]*)@/.exec(address) ?? [];
  if (text === undefined) return {};
  const [user = "", ...pass] = text.split(":");
  return pass.length === 0 ? { token: decoded(user) } : { user: decoded(user), pass: decoded(pass.join(":")) };
};

/** Why no server was reached, as far as the client knows it. */
const reasonOf = (error: unknown): string => {
  const { cause } = (error ?? {}) as { readonly cause?: unknown };
  return wordsOf(cause instanceof Error ? cause : error, 200);
};

/** Addresses without credentials, and these among the options of the NATS client. Throws a `FleetError` at options that cannot be. */
const parametersOf = (options: EngineOptions) => {
  checkConnection(options);
  const addresses = [options.servers].flat();
  if (addresses.length === 0 || addresses.some((each) => typeof each !== "string" || each === ""))
    throw new FleetError(
      "Invalid",
      `servers names no NATS server; give addresses such as "nats://n1.example.org:4222".`,
    );
  const credentials = Object.assign({}, ...addresses.map(credentialsOf));
  return {
    servers: addresses.map(bareOf),
    connection: { ...defaults, ...credentials, ...options.connection } as ConnectionOptions,
  };
};

export const defaultConnectTimeoutMillis = 5_000;

/** Throws a `FleetError` when no server is reached in time, or it refuses the credentials. */
export const connectNats = async (options: EngineOptions, time: Time): Promise<NatsConnection> => {
  const { servers, connection } = parametersOf(options);
  const { connectTimeoutMillis = defaultConnectTimeoutMillis } = options;
  const deadline = time.now() + connectTimeoutMillis;
  const { reconnectTimeWait: waitMillis = 100, reconnectJitter: jitterMillis = 50 } = connection;
  // A pace of the user's own is taken whole.
  const isOwn = connection.reconnectDelayHandler !== undefined || connection.reconnectToServer !== undefined;
  const pace = isOwn ? {} : paced(time, { waitMillis, jitterMillis });
  for (;;) {
    try {
      return await connectToNats({ ...pace, ...connection, servers });
    } catch (error) {
      const known = explained(error, "connecting");
      if (known instanceof FleetError) throw known;
      if (time.now() >= deadline) {
        const message = `No NATS server answered within ${connectTimeoutMillis / 1_000} s at ${servers.join(", ")} (${reasonOf(error)}).`;
        throw new FleetError("NoServer", message, { cause: error });
      }
      await time.sleep(100);
    }
  }
};

export const serverOf = ({ info }: NatsConnection): { readonly version: string; readonly isClustered: boolean } => ({
  version: info?.version ?? "unknown",
  isClustered: (info as { readonly cluster?: string } | undefined)?.cluster !== undefined,
});

/** The version of the server at each address, tried once; `null` of one that is not reached. */
export const versionsOf = (
  options: EngineOptions,
): Promise<ReadonlyArray<{ readonly address: string; readonly version: string | null }>> => {
  const { servers, connection } = parametersOf(options);
  return Promise.all(
    servers.map(async (address) => {
      try {
        const nc = await connectToNats({ ...connection, servers: [address], reconnect: false });
        const version = nc.info?.version ?? null;
        await nc.close();
        return { address, version };
      } catch {
        // A node that is down, or has other credentials.
        return { address, version: null };
      }
    }),
  );
};
