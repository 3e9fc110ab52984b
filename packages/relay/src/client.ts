/** `@evalwire/relay/client`: the side of a browser. */
export { type RelayClientOptions, relayClient } from "./relayClient.ts";
export { type RelayFeedOptions, relayFeed, type Token } from "./relayFeed.ts";
