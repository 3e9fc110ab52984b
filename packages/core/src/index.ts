/**
 * `@evalwire/core`: the typed client of the platform and the live watch over it.
 */

export type { Call, CallListener } from "./client/Calls.ts";
export type { Attempt, Fetch, HttpResponse, Middleware } from "./client/http/Attempt.ts";
export type { ApiKey } from "./client/http/Credentials.ts";
export type { HttpRequest } from "./client/http/HttpRequest.ts";
export type { Options as ClientOptions } from "./client/Options.ts";
export type { Problem } from "./client/Problem.ts";
export type { Page, PagePromise } from "./client/Promises.ts";
export { type DerivedOptions, SGPClient, type SGPClientOptions } from "./client/SGPClient.ts";
export { Sgp } from "./client/Sgp.ts";
export { type Issue, type Reason, SgpError } from "./client/SgpError.ts";
export { type CallOptions, type Exchange, type ExchangeOptions, Transport } from "./client/Transport.ts";
export type { UnknownMember } from "./client/UnknownMembers.ts";
export type { Write, WriteListener } from "./client/Writes.ts";
export type { EventFilter, HookOptions } from "./host/EventHooks.ts";
export type { Layer } from "./host/isolatedLayer.ts";
export {
  definePlugin,
  type Plugin,
  type PluginDefinition,
  type PluginHost,
  type PluginLimits,
  type PluginResources,
  type ResourceOf,
  type Undo,
} from "./Plugin.ts";
export * from "./watch/index.ts";
