import { redirectsOnDemand } from "../client/http/Redirect.ts";
import * as redirectTarget from "../client/http/redirectTarget.ts";
import * as notFound from "../client/notFound.ts";
import { endpointsOnDemand } from "../client/Routes.ts";
import { notFoundOnDemand } from "../client/Transport.ts";
import { resources as v4 } from "../contract/v4/resources.ts";
import { resources as v5 } from "../contract/v5/resources.ts";
import * as Pollers from "../watch/Pollers.ts";
import { pollersOnDemand } from "../watch/WatchHub.ts";

/**
 * Puts at hand what the package loads on demand. A module comes by the machine's time: the first call and the first watch would begin
 * in another turn of the event loop than those after them, and two runs of one simulation would differ.
 */
export const bringModules = (): void => {
  endpointsOnDemand.v4.provide(v4);
  endpointsOnDemand.v5.provide(v5);
  pollersOnDemand.provide(Pollers);
  notFoundOnDemand.provide(notFound);
  redirectsOnDemand.provide(redirectTarget);
};
