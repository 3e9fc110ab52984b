import type { Watch, WatchOptions } from "@evalwire/core";
import type { LogLimits } from "../engine/configs.ts";
import type { Engine } from "../engine/Engine.ts";
import type { Names, Version } from "../engine/Names.ts";
import type { Time } from "../engine/Time.ts";
import type { Turns } from "../engine/Turns.ts";
import type { Snapshots } from "../log/Snapshots.ts";
import type { Formats } from "../membership/Formats.ts";
import type { Members } from "../membership/Members.ts";

/** Dependencies shared by all shards of a replica. */
export interface ShardDeps {
  readonly engine: Engine;
  readonly names: Names;
  readonly members: Members;
  readonly snapshots: Snapshots;
  readonly formats: Formats;
  readonly time: Time;
  readonly turns: Turns;
  readonly limits: LogLimits;
  readonly beatMillis: number;
  readonly snapshotEvery: number;
  readonly seed: string | number | undefined;
  /** Opens the watch that is published. */
  readonly open: (evaluationId: string, version: Version, options: Pick<WatchOptions, "cursor">) => Watch;
  readonly onFailure: (error: unknown) => void;
}
