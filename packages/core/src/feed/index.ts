/** `@evalwire/core/feed`: a watch carried to other tabs, browsers, processes and machines. */

export { type Cell, cellsOf, rowOf } from "../watch/cursor/Cursor.ts";
export type { Engine } from "../watch/Engine.ts";
export type { Write as WatchWrite } from "../watch/source/Source.ts";
export type { Locks } from "./BroadcastElection.ts";
export { BroadcastFeed, type BroadcastFeedOptions, broadcastFeed, type Channel, shareWatch } from "./broadcastFeed.ts";
export {
  type Announced,
  type BeatEntry,
  decode as decodeEntry,
  type Entry,
  encode as encodeEntry,
  FeedFormatError,
  format as feedFormat,
  type Health as FeedHealth,
  type Mark,
  type News,
  type NewsEntry,
  type Place,
  type Pulse,
  placeOf,
  type SnapshotEntry,
  type WireEvent,
} from "./Entry.ts";
export {
  type Election,
  type FeedSink,
  type FeedSource,
  type FeedStore,
  Fenced,
  type Receiver,
  type Term,
} from "./Feed.ts";
export { FeedView, type HidableField, joined as joinedEntries, type ViewOptions } from "./FeedView.ts";
export { type FollowOptions, follow } from "./follow.ts";
export { type Gate, gatedWatches } from "./gatedWatches.ts";
export { HeldPulse } from "./HeldPulse.ts";
export { Ledger } from "./Ledger.ts";
export { type Candidacy, type LeadOptions, lead } from "./lead.ts";
export { MemoryElection, MemoryFeed, type MemoryFeedOptions, memoryFeed } from "./memoryFeed.ts";
export type { Origin, PublicationEnd } from "./Publisher.ts";
export { type Publication, type PublishOptions, publish } from "./publish.ts";
export { writesOf } from "./writesOf.ts";
