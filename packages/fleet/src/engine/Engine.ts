/** JetStream over a connection to NATS. */
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/nats-core";
import { connectNats, defaultConnectTimeoutMillis, type EngineOptions, serverOf } from "./connectNats.ts";
import { isPassing } from "./errorCodes.ts";
import { FleetError } from "./FleetError.ts";
import { explained, silence } from "./inWords.ts";
import { patiently } from "./patiently.ts";
import { Time } from "./Time.ts";

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

/** Throws a `FleetError` when there is no server, it refuses the credentials, or it has no JetStream. */
export const connectEngine = async (options: EngineOptions, time = new Time()): Promise<Engine> => {
  const { connectTimeoutMillis = defaultConnectTimeoutMillis } = options;
  const deadline = time.now() + connectTimeoutMillis;
  const nc = await connectNats(options, time);
  try {
    const jsm = await jetStreamOf(() => jetstreamManager(nc, { timeout: requestTimeoutMillis }), deadline, time);
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
      ...serverOf(nc),
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
