/** How well a watch's snapshot is known to be true. Instants are ISO 8601 by the watch's own clock. */
import type { SgpError } from "../client/SgpError.ts";

export type WatchStatus =
  /** No complete scan since the watch began, or began again after nobody listened. */
  | { readonly _tag: "connecting"; readonly since: string; readonly nextPollAt?: string }
  | { readonly _tag: "synced"; readonly since: string; readonly nextPollAt?: string }
  /** The last poll failed; the snapshot is what was last seen, and polling goes on. */
  | {
      readonly _tag: "degraded";
      readonly since: string;
      readonly nextPollAt?: string;
      readonly error: SgpError;
      /** When the snapshot was last known to be true, where a feed says: how old the picture is. */
      readonly asOf?: string;
    }
  /** Over: closed by its owner, or, with `error`, ended by an answer that no retry cures. */
  | { readonly _tag: "closed"; readonly since: string; readonly error?: SgpError };
