/**
 * Which host names a socket answers to. On loopback only loopback's names: else a page a browser has open could reach the
 * server by pointing a name of its own at 127.0.0.1. The address that was bound counts, in any spelling.
 */
import { BlockList, isIPv6 } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");
loopback.addSubnet("::ffff:127.0.0.0", 104, "ipv6");

export const isLoopback = (address: string): boolean => loopback.check(address, isIPv6(address) ? "ipv6" : "ipv4");

/** An address as it stands in a URL. */
export const hostOf = (address: string): string => (isIPv6(address) ? `[${address}]` : address);

/** A host as `URL` writes it, without a port and a dot at its end; `undefined` when it is none. */
const normal = (host: string): string | undefined => {
  const url = URL.parse(`http://${hostOf(host)}`);
  return url === null ? undefined : url.hostname.replace(/\.$/, "");
};

/** Whether this is a list of host names; with an empty one every request would be refused. */
export const areHosts = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((host) => typeof host === "string" && isHost(host));

const isHost = (host: string): boolean => /^[^\s/?#@\\]+$/.test(host) && normal(host) !== undefined;

/** The names answered to; `undefined` for any. */
export const allowedHosts = (bound: string, asked: string, given: ReadonlyArray<string> | undefined) => {
  if (given !== undefined) return new Set(given.map((host) => normal(host) ?? host));
  if (!isLoopback(bound)) return undefined;
  return new Set(["localhost", "127.0.0.1", "[::1]", bound, asked].flatMap((host) => normal(host) ?? []));
};
