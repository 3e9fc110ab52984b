/** The streams of a fleet, made where they are missing, and read back: options that a server does not take are silently dropped. */
import type { StreamConfig, StreamInfo } from "@nats-io/jetstream";
import type { Engine } from "./Engine.ts";
import { isError } from "./errorCodes.ts";
import { FleetError } from "./FleetError.ts";
import { explained } from "./inWords.ts";
import { patiently } from "./patiently.ts";
import { Time } from "./Time.ts";

// JetStream gives this error also while another replica creates the very stream: check again for so long before blaming another stream.
const overlapMillis = 1_000;

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const shown = (value: unknown): string => JSON.stringify(value) ?? "nothing";

/** Settings that we do not set ourselves, but whose other values would drop or refuse messages, or add foreign ones. */
const unasked = {
  max_msgs: -1,
  max_msg_size: -1,
  max_msgs_per_subject: -1,
  max_bytes: -1,
  max_age: 0,
  max_consumers: -1,
  no_ack: false,
  sealed: false,
  deny_delete: false,
  deny_purge: false,
  mirror: undefined,
  sources: undefined,
  subject_transform: undefined,
  republish: undefined,
} satisfies Partial<Record<keyof StreamConfig, unknown>>;

/** How a stream differs from the requested options, in words; empty where it does not. Absent and unlimited are the same. */
export const differencesOf = (wanted: Partial<StreamConfig>, config: Partial<StreamConfig>): ReadonlyArray<string> =>
  Object.entries({ ...unasked, ...wanted })
    .filter(([key, value]) => {
      const found = config[key as keyof StreamConfig];
      return !isSame(value, found) && !(found === undefined && isSame(value, unasked[key as keyof typeof unasked]));
    })
    .map(([key, value]) => `${key} is ${shown(config[key as keyof StreamConfig])} instead of ${shown(value)}`);

/** Throws where a stream differs from the requested options, but for those that may. */
const compare = (
  wanted: Partial<StreamConfig> & { name: string },
  { config }: StreamInfo,
  free: ReadonlyArray<keyof StreamConfig>,
): void => {
  const own = Object.fromEntries(free.map((key) => [key, config[key]]));
  const others = differencesOf({ ...wanted, ...own }, config);
  if (others.length === 0) return;
  const how = "give the fleet another name, use the same options, or delete the stream";
  throw new FleetError(
    "OtherShape",
    `The stream ${wanted.name} exists with other options: ${others.join(", ")}; ${how}.`,
  );
};

/**
 * Makes a stream unless it exists with these very options. Throws a `FleetError` when it exists with others.
 *
 * @param missing awaited before a stream that is not there is made
 * @param free options that may differ where it exists
 */
export const ensureStream = async (
  { jsm, connectTimeoutMillis = 0 }: Pick<Engine, "jsm"> & Partial<Pick<Engine, "connectTimeoutMillis">>,
  wanted: Partial<StreamConfig> & { name: string },
  time = new Time(),
  missing: () => Promise<void> = () => Promise.resolve(),
  free: ReadonlyArray<keyof StreamConfig> = [],
): Promise<StreamInfo> => {
  const find = async () => {
    const info = await jsm.streams.info(wanted.name).catch((error: unknown) => {
      if (isError(error, "streamNotFound")) return undefined;
      throw error;
    });
    if (info !== undefined) return info;
    await missing();
    return jsm.streams.add(wanted);
  };
  const began = time.now();
  // Another replica created it meanwhile: check again. The same holds for nodes that have just started and do not know one another yet.
  const isMade = (error: unknown) =>
    isError(error, "nameInUse") ||
    (isError(error, "subjectsOverlap") && time.now() < began + overlapMillis) ||
    (isError(error, "tooFewPeers") && time.now() < began + connectTimeoutMillis);
  try {
    const made = await patiently(time, find, { isPassingToo: isMade });
    compare(wanted, made, free);
    return made;
  } catch (error) {
    throw explained(error, `stream ${wanted.name}`);
  }
};
