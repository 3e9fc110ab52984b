/** The configurations of a fleet's streams. */
import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from "@nats-io/jetstream";
import { nanos } from "@nats-io/nats-core";
import type { Names } from "./Names.ts";

export interface LogLimits {
  readonly replicas: number;
  /** How long entries are kept, in milliseconds. */
  readonly ageMillis?: number | undefined;
  /** How many bytes a shard's log may have. */
  readonly bytes?: number | undefined;
}

type Wanted = Partial<StreamConfig> & { name: string };

/** An accepted write may be repeated within this time. */
const duplicateWindowMillis = 120_000;

/** A shard's log. File storage: what lies in memory is gone after all nodes went down. */
export const logConfig = (names: Names, shard: number, { replicas, ageMillis = 0, bytes = -1 }: LogLimits): Wanted => ({
  name: names.logStream(shard),
  subjects: [names.log(shard, "*")],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: DiscardPolicy.Old,
  num_replicas: replicas,
  max_age: nanos(ageMillis),
  max_bytes: bytes,
  duplicate_window: nanos(ageMillis === 0 ? duplicateWindowMillis : Math.min(duplicateWindowMillis, ageMillis)),
});

/** Epochs: no age, since a timer of each replica would make them differ. */
export const electConfig = (names: Names, replicas: number): Wanted => ({
  name: names.electStream,
  subjects: [names.elect("*", "*")],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: DiscardPolicy.Old,
  num_replicas: replicas,
  max_msgs_per_subject: 1,
  max_age: 0,
  max_bytes: -1,
});

/** Dead letters: kept until they are deleted by hand. */
export const deadConfig = (names: Names, replicas: number): Wanted => ({
  name: names.deadStream,
  subjects: [names.dead("*")],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  num_replicas: replicas,
});
