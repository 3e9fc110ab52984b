/**
 * The connection to NATS, with the options a fleet needs: the client's own defaults notice a stopped server after minutes, wait 20 s on a
 * server that does not answer, and give up for good after ten attempts.
 */
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { ConnectionOptions, NatsConnection } from "@nats-io/nats-core";
import { connect as connectToNats } from "@nats-io/transport-node";
import * as Predicate from "effect/Predicate";
import { checkIs, checkMillis } from "./checkIs.ts";
import { isPassing } from "./errorCodes.ts";
import { FleetError } from "./FleetError.ts";
import { wordsOf } from "./guarded.ts";
import { explained, silence } from "./inWords.ts";
import { paced } from "./paced.ts";
import { patiently } from "./patiently.ts";
import { Time } from "./Time.ts";

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

export interface Engine {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  /** The server's version, e.g. `2.9.10`. */
  readonly version: string;
  /** Whether the server is one of several. */
  readonly isClustered: boolean;
  /** How long a server, or a cluster whose nodes do not know one another yet, is waited for at the start. */
  readonly connectTimeoutMillis: number;
  /** Whether a server is connected now. */
  readonly isConnected: () => boolean;
  readonly close: () => Promise<void>;
}

/** Pause before a JetStream request is retried while a leader is being elected. */
export const requestTimeoutMillis = 2_000;

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

/** Throws a `FleetError` when there is no server, it refuses the credentials, or it has no JetStream. */
export const connectEngine = async (options: EngineOptions, time = new Time()): Promise<Engine> => {
  checkConnection(options);
  const { servers, connectTimeoutMillis = 5_000 } = options;
  const addresses = [servers].flat();
  const [first] = addresses;
  if (first === undefined || addresses.some((each) => typeof each !== "string" || each === ""))
    throw new FleetError(
      "Invalid",
      `servers names no NATS server; give addresses such as "nats://n1.example.org:4222".`,
    );
  const bare = addresses.map(bareOf);
  const named = bare.join(", ");
  const connection = {
    ...Object.assign({}, ...addresses.map(credentialsOf)),
    ...options.connection,
  } as ConnectionOptions;
  const deadline = time.now() + connectTimeoutMillis;
  const { reconnectTimeWait: waitMillis = 100, reconnectJitter: jitterMillis = 50 } = connection;
  // A pace of the user's own is taken whole.
  const isOwn = connection.reconnectDelayHandler !== undefined || connection.reconnectToServer !== undefined;
  const pace = isOwn ? {} : paced(time, { waitMillis, jitterMillis });
  const attempt = async (): Promise<NatsConnection> => {
    for (;;) {
      try {
        return await connectToNats({ ...defaults, ...pace, ...connection, servers: bare });
      } catch (error) {
        const known = explained(error, "connecting");
        if (known instanceof FleetError) throw known;
        if (time.now() >= deadline) {
          const message = `No NATS server answered within ${connectTimeoutMillis / 1_000} s at ${named} (${reasonOf(error)}).`;
          throw new FleetError("NoServer", message, { cause: error });
        }
        await time.sleep(100);
      }
    }
  };
  const nc = await attempt();
  try {
    const jsm = await jetStreamOf(() => jetstreamManager(nc, { timeout: requestTimeoutMillis }), deadline, time);
    const { info } = nc;
    let isConnected = true;
    void (async () => {
      for await (const { type } of nc.status()) {
        if (type === "disconnect") isConnected = false;
        if (type === "reconnect") isConnected = true;
      }
    })().catch(() => undefined);
    return {
      nc,
      js: jetstream(nc, { timeout: requestTimeoutMillis }),
      jsm,
      version: info?.version ?? "unknown",
      isClustered: (info as { readonly cluster?: string } | undefined)?.cluster !== undefined,
      connectTimeoutMillis,
      isConnected: () => isConnected && !nc.isClosed(),
      close: () => nc.close(),
    };
  } catch (error) {
    await nc.close();
    throw explained(error, "looking for JetStream");
  }
};

/** A server without JetStream answers so, and sometimes one whose cluster has no leader. */
const isOff = (error: unknown): boolean =>
  (error as { readonly name?: string } | null)?.name === "JetStreamNotEnabled" || /not enabled/.test(String(error));

/**
 * Opens JetStream, and tries again until the deadline while there is no leader of the cluster.
 *
 * @internal
 */
export const jetStreamOf = async <A>(open: () => Promise<A>, deadline: number, time: Time): Promise<A> => {
  try {
    return await patiently(time, open, { isPassingToo: isOff, millis: deadline - time.now() });
  } catch (error) {
    if (isOff(error)) {
      const message =
        "The NATS server has no JetStream for this account; start it with -js, or enable it for the account. A cluster has it once more than half of its nodes can reach one another.";
      throw new FleetError("NoJetStream", message, { cause: error });
    }
    throw isPassing(error) ? silence(error, "within connectTimeoutMillis") : error;
  }
};
