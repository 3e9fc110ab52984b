import type { FeedHealth } from "@evalwire/core/feed";

type Failure = NonNullable<FeedHealth["error"]>;
type Reason = Failure["reason"];

/** Why it fails, without text from elsewhere. */
const bare = (reason: Reason): Reason => {
  if (reason._tag === "Invalid") return { ...reason, issues: [] };
  if (reason._tag === "Undecodable") return { ...reason, path: "", description: "the relay cannot read it" };
  return reason;
};

/**
 * A publisher's health for a reader of its feed: what fails, and not where the platform is. One who sees only the own tasks reads no word of the
 * platform's and no path: either can name the tasks of others.
 */
export const healthFor = (health: FeedHealth, seesOwnOnly: boolean): FeedHealth => {
  if (health.error === undefined) return health;
  const { reason: given, ...about } = health.error;
  const reason: Reason =
    given._tag === "Unreachable" ? { ...given, description: "the platform cannot be reached" } : given;
  const { status } = about as { readonly status?: number };
  const error: Failure = seesOwnOnly
    ? { reason: bare(reason), endpoint: "relay", ...(status === undefined ? {} : { status }) }
    : { ...about, reason };
  return { ...health, error };
};
