/**
 * Tokens of the relay: who a user is, which evaluations they may see, and what they may do there.
 *
 * A token is a JWT signed by a key of the application's own; the platform's key is in no token. Tokens are checked by algorithm,
 * audience, issuer and time; several keys can be valid at once, so that keys are changed without ending a session.
 */
import { checkOptions } from "@evalwire/core/contract";
import type { HidableField } from "@evalwire/core/feed";
import { errors, jwtVerify, type KeyInput, SignJWT } from "./jose.ts";

/** The rights of a token besides reading: the calls of the same name. */
export type Right = "watch" | "claim" | "submit" | "assign" | "audit";

/** Signs with the first key, accepts all. */
export interface TokenKey {
  /** Names the key in a token's header. */
  readonly id: string;
  /** At least 32 bytes of secret for HS256, or a key of Web Crypto for another algorithm. */
  readonly key: KeyInput;
  /** Default `HS256`. */
  readonly algorithm?: "HS256" | "ES256" | "EdDSA";
  /** The key that checks tokens, where that is not `key` itself: the public half. */
  readonly verify?: KeyInput;
}

export type TokenKeys = readonly [TokenKey, ...ReadonlyArray<TokenKey>];

/** Claims of a token. */
export interface Claims {
  /** The platform's id of the user. */
  readonly user: string;
  /** Evaluation ids; `"*"` for all. */
  readonly evaluations: ReadonlyArray<string> | "*";
  readonly may: ReadonlyArray<Right>;
  /** Which tasks are seen: all, or only those the user holds or has finished. */
  readonly rows: "all" | "own";
  /** Fields of tasks that are not shown. */
  readonly hidden: ReadonlyArray<string>;
  /** When it expires, in seconds since 1970. */
  readonly expiresAt: number;
}

export interface IssueOptions {
  readonly user: string;
  readonly evaluations: ReadonlyArray<string> | "*";
  readonly may: ReadonlyArray<Right>;
  /** In seconds from now, or as text such as `"10 minutes"`. */
  readonly expires: number | string;
  /** Default `"all"` for those who may assign or audit, else `"own"`. */
  readonly rows?: "all" | "own";
  readonly hidden?: ReadonlyArray<string>;
  /** Milliseconds since 1970; default: the machine's clock. */
  readonly now?: () => number;
}

const optionNames: Record<keyof IssueOptions, true> = {
  user: true,
  evaluations: true,
  may: true,
  expires: true,
  rows: true,
  hidden: true,
  now: true,
};

/** Why a token is not accepted. */
export type TokenProblem =
  | "missing"
  | "expired"
  /** Its start lies in the future. */
  | "not-yet-valid"
  /** Signed by none of the relay's keys, or changed. */
  | "unknown-key"
  /** It is no token of this relay. */
  | "malformed";

export class TokenError extends Error {
  override readonly name = "TokenError";
  readonly problem: TokenProblem;

  constructor(problem: TokenProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

const audience = "evalwire-relay";
const rights: ReadonlyArray<string> = ["watch", "claim", "submit", "assign", "audit"];
/** The fields of a task that can be hidden. */
export const hidable: ReadonlyArray<HidableField> = [
  "task_type",
  "priority",
  "test_case_result_id",
  "test_case_id",
  "label_status",
  "audit_status",
  "updated_at",
  "included",
];

const leastSecretBytes = 32;

const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((each) => typeof each === "string");

const algorithmOf = ({ algorithm = "HS256" }: TokenKey) => algorithm;

const secretOf = (key: KeyInput): KeyInput => {
  if (typeof key === "string")
    throw new TypeError("A secret for tokens is bytes, not a text: new TextEncoder().encode(secret) makes them.");
  if (!(key instanceof Uint8Array)) return key;
  if (key.byteLength < leastSecretBytes) {
    throw new TypeError(`A secret for tokens has at least ${leastSecretBytes} bytes, not ${key.byteLength}.`);
  }
  return key;
};

/** Throws a `TypeError` for keys with which no token could be checked. */
export const checkKeys = (keys: TokenKeys): void => {
  if (!Array.isArray(keys) || keys.length === 0) throw new TypeError("The relay's tokens need at least one key.");
  const names = keys.map(({ id }) => id);
  const twice = names.find((id, index) => names.indexOf(id) !== index);
  if (twice !== undefined) throw new TypeError(`Two keys are called "${twice}": tokens name their key.`);
  for (const { key, verify } of keys) secretOf(verify ?? key);
};

/**
 * Makes a token for one user.
 *
 * @param keys the first one signs
 * @throws {TypeError} where keys or options cannot be right
 *
 * @example
 * ```ts
 * import { issueToken, verifyToken } from "@evalwire/relay";
 *
 * const keys = [{ id: "2030-01", key: new TextEncoder().encode("a secret of at least thirty-two bytes") }] as const;
 * const token = await issueToken(keys, { user: "ada", evaluations: ["e1"], may: ["watch", "claim"], expires: "10 minutes" });
 * (await verifyToken(keys, token)).rows; // => "own"
 * ```
 */
export const issueToken = async (keys: TokenKeys, options: IssueOptions): Promise<string> => {
  checkOptions("issueToken", options, optionNames);
  const { user, evaluations, may, expires, now, hidden = [] } = options;
  const isForAll = isTexts(may) && (may.includes("assign") || may.includes("audit"));
  const rows = options.rows ?? (isForAll ? "all" : "own");
  if (typeof user !== "string" || user === "") throw new TypeError("A token needs a user.");
  if (evaluations !== "*" && (!isTexts(evaluations) || evaluations.includes("*")))
    throw new TypeError('A token\'s evaluations are a list of ids, or "*" for all.');
  if (!isTexts(may)) throw new TypeError(`A token's may is a list of ${rights.join(", ")}.`);
  if (rows !== "all" && rows !== "own") throw new TypeError('A token\'s rows are "all" or "own".');
  const unhidable = isTexts(hidden) ? hidden.find((field) => !hidable.includes(field as HidableField)) : String(hidden);
  if (unhidable !== undefined)
    throw new TypeError(`A token cannot hide "${unhidable}"; it can hide ${hidable.join(", ")}.`);
  const unknown = may.filter((right) => !rights.includes(right));
  if (unknown.length > 0) throw new TypeError(`There is no right "${unknown[0]}"; there are ${rights.join(", ")}.`);
  const [key] = keys;
  const at = now === undefined ? undefined : Math.floor(now() / 1_000);
  const token = new SignJWT({ evaluations, may, rows, hidden })
    .setProtectedHeader({ alg: algorithmOf(key), kid: key.id })
    .setSubject(user)
    .setAudience(audience)
    .setIssuedAt(at);
  const until =
    typeof expires === "number" && at !== undefined
      ? at + expires
      : `${expires}${typeof expires === "number" ? " seconds" : ""}`;
  return token.setExpirationTime(until).sign(secretOf(key.key));
};

const problemOf = (error: unknown): TokenError => {
  if (error instanceof errors.JWTExpired) return new TokenError("expired", "The token has expired; request a new one.");
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === "nbf"
      ? new TokenError("not-yet-valid", "The token is not valid yet; check the clocks.")
      : new TokenError("malformed", `The token is not for this relay: its claim ${error.claim} does not fit.`);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JOSEAlgNotAllowed) {
    return new TokenError("unknown-key", "The token was not signed by a key of this relay.");
  }
  return new TokenError("malformed", "This is no token of this relay.");
};

const kidOf = (token: string): string | undefined => {
  try {
    const header = JSON.parse(atob(token.slice(0, token.indexOf(".")).replaceAll("-", "+").replaceAll("_", "/")));
    return typeof header.kid === "string" ? header.kid : undefined;
  } catch {
    // Not base64, or not JSON: no token.
    return undefined;
  }
};

/**
 * Reads a token, or rejects with a `TokenError` whose `problem` says why it is not accepted.
 *
 * @param now milliseconds since 1970; default: the machine's clock
 */
export const verifyToken = async (keys: TokenKeys, token: string, now?: number): Promise<Claims> => {
  const kid = kidOf(token);
  const key = keys.find(({ id }) => id === kid);
  if (kid === undefined) throw new TokenError("malformed", "This is no token of this relay.");
  if (key === undefined) throw new TokenError("unknown-key", "The token was not signed by a key of this relay.");
  try {
    const { payload } = await jwtVerify(token, secretOf(key.verify ?? key.key), {
      algorithms: [algorithmOf(key)],
      audience,
      requiredClaims: ["sub", "exp", "iat"],
      // biome-ignore lint/plugin: milliseconds, which have no zone.
      ...(now === undefined ? {} : { currentDate: new Date(now) }),
    });
    const { sub, exp, evaluations, may, rows, hidden } = payload;
    if (sub === undefined || exp === undefined || !(evaluations === "*" || isTexts(evaluations)) || !isTexts(may)) {
      throw new TokenError("malformed", "This is no token of this relay.");
    }
    return {
      user: sub,
      evaluations,
      may: may.filter((right): right is Right => rights.includes(right)),
      rows: rows === "all" ? "all" : "own",
      hidden: isTexts(hidden) ? hidden : [],
      expiresAt: exp,
    };
  } catch (error) {
    throw error instanceof TokenError ? error : problemOf(error);
  }
};
