import { portFailure } from "../CommandFailure.ts";
import * as Assets from "./Assets.ts";
import type { Dashboard, DashboardOptions } from "./serveDashboard.ts";

/** Where the dashboard is looked for first; the next free port when it is taken. */
export const usualPort = 4180;

/** Said where the page is missing, which happens in a workspace that was not built. */
export const notBuilt = "not built: run npm run build first";

/**
 * The dashboard on the requested port, else on its usual one, else on a free one; `undefined` when the page has not been
 * built.
 */
export const openDashboard = async (
  asked: number | undefined,
  options: Omit<DashboardOptions, "assets" | "port">,
): Promise<Dashboard | undefined> => {
  const assets = Assets.load();
  if (assets === undefined) return undefined;
  // The relay and the client are loaded only for a page.
  const { serveDashboard } = await import("./serveDashboard.ts");
  const open = (port: number) => serveDashboard({ ...options, assets, port });
  try {
    return await open(asked ?? usualPort);
  } catch (error) {
    if (asked === undefined && (error as NodeJS.ErrnoException).code === "EADDRINUSE") return open(0);
    throw portFailure(error, "127.0.0.1", asked ?? usualPort);
  }
};
