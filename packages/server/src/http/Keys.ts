/** API keys and who they stand for. Keys are kept as digests only, and compared as digests. */
import { hash } from "node:crypto";
import { optionIssues } from "@evalwire/core/contract";

/** Whom a key stands for, and the only account it may work in, if it is bound to one. */
export interface Holder {
  readonly userId: string;
  readonly accountId: string | undefined;
}

/** A user's id; or a user and the account the key is bound to. */
export type KeyHolder = string | { readonly user: string; readonly account?: string };

export interface Keys {
  readonly holderOf: (key: string) => Holder | undefined;
}

const digest = (key: string): string => hash("sha256", key, "base64");

const toHolder = (holder: KeyHolder): Holder => {
  // A misspelt account would leave the key bound to none.
  const [issue] = typeof holder === "string" ? [] : optionIssues(holder ?? {}, ["user", "account"]);
  if (issue !== undefined) throw new TypeError(`createServer: apiKeys: ${issue.path} ${issue.message}`);
  const { user, account } = typeof holder === "string" ? { user: holder } : (holder ?? { user: "" });
  if (typeof user !== "string" || user === "") throw new TypeError("createServer: every API key needs a user id");
  if (account !== undefined && (typeof account !== "string" || account === "")) {
    throw new TypeError("createServer: the account an API key is bound to must be its id");
  }
  return { userId: user, accountId: account };
};

/** At least one key; neither keys nor users may be empty or hold what no header can carry. */
export const make = (apiKeys: Readonly<Record<string, KeyHolder>>): Keys => {
  if (typeof apiKeys !== "object" || apiKeys === null || Array.isArray(apiKeys)) {
    throw new TypeError(
      'createServer: apiKeys must be an object with a user id for each key, e.g. { "my-key": "alice" }',
    );
  }
  const holders = new Map<string, Holder>();
  for (const [key, holder] of Object.entries(apiKeys)) {
    if (!/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(key)) {
      throw new TypeError("createServer: an API key must be visible ASCII, without spaces around it");
    }
    holders.set(digest(key), toHolder(holder));
  }
  if (holders.size === 0) {
    throw new TypeError(
      'createServer: apiKeys is empty; give at least one key and its user, e.g. { "my-key": "alice" }',
    );
  }
  return { holderOf: (key) => holders.get(digest(key)) };
};
