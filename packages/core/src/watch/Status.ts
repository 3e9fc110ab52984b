/**
 * How well a watch's snapshot is known to be true, and how old it is. Instants are ISO 8601 by the watch's own clock.
 *
 * A watch is `synced` only until `freshUntil`: without a successful poll by then, for any reason, it is `degraded` with reason `Stale`. Without a
 * network it is `degraded` with reason `Offline` at once.
 */
import type { SgpError } from "../client/SgpError.ts";

interface Aged {
  /** When the status became this one. */
  readonly since: string;
  readonly nextPollAt?: string;
  /** When the list was last read to its end; absent before the first time. */
  readonly lastSyncedAt?: string;
}

export type WatchStatus =
  /** No complete scan since the watch began, or began again after a time without listeners. */
  | (Aged & { readonly _tag: "connecting" })
  | (Aged & {
      readonly _tag: "synced";
      /** Until when the snapshot counts as true without another look. */
      readonly freshUntil?: string;
    })
  /** The last poll failed, there is no network, or no look was made in time; the snapshot is what was last seen, and polling goes on. */
  | (Aged & {
      readonly _tag: "degraded";
      readonly error: SgpError;
      /** When the snapshot was last known to be true, where a feed says: how old the state is. */
      readonly asOf?: string;
    })
  /** Over: closed by its owner, or, with `error`, ended by an answer that no retry cures. */
  | { readonly _tag: "closed"; readonly since: string; readonly lastSyncedAt?: string; readonly error?: SgpError };
