import type { Watch, WatchOptions } from "@evalwire/core";
import type { LogLimits } from "./configs.ts";
import type { Engine } from "./Engine.ts";
import type { Formats } from "./Formats.ts";
import type { Members } from "./Members.ts";
import type { Names, Version } from "./Names.ts";
import type { Snapshots } from "./Snapshots.ts";
import type { Time } from "./Time.ts";

/** What all shards of a replica have in common. */
export interface ShardDeps {
  readonly engine: Engine;
  readonly names: Names;
  readonly members: Members;
  readonly snapshots: Snapshots;
  readonly formats: Formats;
  readonly time: Time;
  readonly limits: LogLimits;
  readonly beatMillis: number;
  readonly snapshotEvery: number;
  readonly seed: string | number | undefined;
  /** Opens the watch that is published. */
  readonly open: (evaluationId: string, version: Version, options: Pick<WatchOptions, "cursor">) => Watch;
  readonly onFailure: (error: unknown) => void;
}
