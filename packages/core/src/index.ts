/**
 * `@evalwire/core`: the typed client of the platform and the live watch over it.
 */

export type { Call, CallListener } from "./client/Calls.ts";
export type { Options as ClientOptions } from "./client/ClientOptions.ts";
export type { Integers } from "./client/http/Answer.ts";
export type { Attempt, Fetch, HttpResponse, Middleware } from "./client/http/Attempt.ts";
export { onAbort } from "./client/http/abort.ts";
export type { ApiKey } from "./client/http/Credentials.ts";
export type { HttpRequest } from "./client/http/HttpRequest.ts";
export type { Problem } from "./client/Problem.ts";
export type { Page, PageMethods, PagePromise, PromiseCall, PromiseList, Promises } from "./client/Promises.ts";
export { listItems } from "./client/Resources.ts";
export { type Issue, type Reason, SgpError, type SgpErrorProps } from "./client/SgpError.ts";
export { type CallOptions, type Exchange, Transport } from "./client/Transport.ts";
export type { UnknownListener, UnknownMember, UnreadablePart } from "./client/UnknownReports.ts";
export type { Write, WriteListener } from "./client/Writes.ts";
export type { Any as AnyEndpoint, Args as EndpointArgs, Endpoint, Item as EndpointItem } from "./contract/Endpoint.ts";
export type { OptionalKey } from "./contract/schema/Schema.ts";
export type { OpenEnum, UnknownMember as UnknownVariant, UpdateOrRestore } from "./contract/Wire.ts";
export type { EventFilter, HookListener, HookOptions, OnceHook, TakenHooks } from "./plugin/EventHooks.ts";
export type { FetchMiddleware } from "./plugin/isolateMiddleware.ts";
export { definePlugin, type Plugin } from "./plugin/Plugin.ts";
export type { PluginDefinition, PluginHost, PluginLimits, Undo } from "./plugin/PluginHost.ts";
export type { PluginResources, ResourceOf } from "./plugin/PluginResources.ts";
export { type DerivedOptions, SGPClient, type SGPClientOptions } from "./SGPClient.ts";
export { Sgp, type SgpMethods, type SgpOptions, type Watching } from "./Sgp.ts";
export * from "./watch/index.ts";
