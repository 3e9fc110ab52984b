/** `@evalwire/relay`: a watch and the platform's routes carried to browsers. */
export * from "./client.ts";
export { createRelay, type Relay, type RelayOptions } from "./createRelay.ts";
export type { Origins } from "./guard.ts";
export type { LimitOptions } from "./Limits.ts";
export type { FeedCall, RelayCall, RouteCall } from "./RelayCall.ts";
export type { Permit } from "./scope.ts";
export {
  type Claims,
  type IssueOptions,
  issueToken,
  type Right,
  TokenError,
  type TokenKey,
  type TokenKeys,
  type TokenProblem,
  verifyToken,
} from "./tokens.ts";
