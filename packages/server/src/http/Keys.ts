/** API keys and the users they stand for. Keys are kept as digests only, and compared as digests. */
import { createHash } from "node:crypto";

export interface Keys {
  readonly userOf: (key: string) => string | undefined;
}

const digest = (key: string): string => createHash("sha256").update(key).digest("hex");

/** At least one key; neither keys nor users may be empty or hold what no header can carry. */
export const make = (apiKeys: Readonly<Record<string, string>>): Keys => {
  const users = new Map<string, string>();
  for (const [key, user] of Object.entries(apiKeys)) {
    if (!/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(key)) {
      throw new TypeError("createServer: an API key must be visible ASCII, without spaces around it");
    }
    if (typeof user !== "string" || user === "") throw new TypeError("createServer: every API key needs a user id");
    users.set(digest(key), user);
  }
  if (users.size === 0) {
    throw new TypeError(
      'createServer: apiKeys is empty; give at least one key and its user, e.g. { "my-key": "alice" }',
    );
  }
  return { userOf: (key) => users.get(digest(key)) };
};
