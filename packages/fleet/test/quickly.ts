/** Options of fleets that poll a platform in memory, and change hands, many times a second. */
import { SGPClient } from "@evalwire/core";
import type { FleetOptions } from "@evalwire/fleet";
import type { Nats } from "./nats.ts";
import type { Platform } from "./platform.ts";

export const quickly = ({ servers }: Pick<Nats, "servers">, { fetch }: Platform) =>
  ({
    servers,
    client: new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch, maxRetries: 0 }),
    shards: 1,
    lease: 400,
    beat: 300,
    requestsPerMinute: 6_000,
    polling: { interval: [30, 100], requestsPerMinute: 6_000 },
  }) satisfies FleetOptions;
