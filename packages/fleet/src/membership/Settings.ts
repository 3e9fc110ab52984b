/**
 * Options that a replica says of itself in its beats, so that others see where they differ. None of them has to be the same: while one is changed replica by
 * replica, it is clear whose counts. (What has to be the same is in the charter, and refused as a replica joins.)
 */
import { isJson } from "../engine/hear.ts";

/** By name of the option, times in milliseconds. All but the lease are left out where they are the default. */
export interface Settings {
  /** How long this replica may be silent before others take over what it does. */
  readonly lease: number;
  readonly requestsPerMinute?: number;
  readonly [option: string]: unknown;
}

/** The defaults of options that are left out. */
export const defaults = {
  requestsPerMinute: 600,
  beat: 5_000,
  snapshotEvery: 256,
} as const;

/** Whose counts. */
const counts: Readonly<Record<string, string>> = {
  lease: "each counts for its own replica",
  requestsPerMinute: "that of the replica which grants the budget counts",
  beat: "that of the replica which publishes a shard counts",
  snapshotEvery: "that of the replica which publishes a shard counts",
  polling: "that of the replica which publishes a shard counts",
  retention: "that of the streams counts",
};

export const requestsPerMinuteOf = ({ requestsPerMinute = defaults.requestsPerMinute }: Settings): number =>
  requestsPerMinute;

export const isSettings = (value: unknown): value is Settings =>
  value === undefined ||
  (isJson(value) &&
    Number.isFinite(value["lease"]) &&
    (value["requestsPerMinute"] === undefined || Number.isFinite(value["requestsPerMinute"])));

/** A replica that speaks of itself; an older version does not say its settings. */
interface Speaker {
  readonly name: string;
  readonly settings?: Settings;
}

const shown = (value: unknown): string => (value === undefined ? "the default" : JSON.stringify(value));

/** The value of an option, as text. */
const valueOf = (settings: Settings, option: string): string =>
  shown(settings[option] ?? (defaults as Readonly<Record<string, unknown>>)[option]);

export interface Difference {
  readonly option: string;
  /** The replicas that have each value. */
  readonly values: ReadonlyMap<string, ReadonlyArray<string>>;
}

/** The options in which replicas differ. */
export const differencesOf = (speakers: ReadonlyArray<Speaker>): ReadonlyArray<Difference> => {
  const byName = [...speakers].sort((a, b) => (a.name < b.name ? -1 : 1));
  return Object.keys(counts).flatMap((option) => {
    const values = new Map<string, Array<string>>();
    for (const { name, settings } of byName) {
      if (settings === undefined) continue;
      const value = valueOf(settings, option);
      values.set(value, [...(values.get(value) ?? []), name]);
    }
    return values.size > 1 ? [{ option, values }] : [];
  });
};

/** A sentence for a person, with the replicas that have each value. */
export const sayDifference = ({ option, values }: Difference): string =>
  `Replicas of this fleet have different options: ${option} is ${[...values].map(([value, names]) => `${value} (${names.join(", ")})`).join(" and ")}; ${counts[option]}.`;
