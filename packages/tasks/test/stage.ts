/** A platform, a clock that stands still until it is moved, and a client for each user. */
import { SGPClient } from "@evalwire/core";
import { SimulatedClock } from "@evalwire/core/testing";
import { Platform, type PlatformOptions } from "./Platform.ts";

export const stage = (options: Partial<PlatformOptions> = {}) => {
  const clock = new SimulatedClock();
  const platform = new Platform({ tasks: 3, claimSeconds: 900, ...options, clock });
  const clientOf = (user: string) =>
    new SGPClient({
      apiKey: `key of ${user}`,
      baseURL: "https://sgp.example.invalid",
      timeout: "30 seconds",
      fetch: platform.fetchFor(user),
      clock,
      seed: user,
    });
  return { clock, platform, clientOf };
};
