/** How a replica does, and what is wrong with it: for a load balancer, for metrics, for `evalwire fleet status`. */
import type { FormatFacts } from "../membership/Formats.ts";

export interface FleetHealth {
  readonly name: string;
  /** This replica, and what its option `member` calls it. */
  readonly member: string;
  readonly label: string;
  /**
   * `joining` while it learns who is there, `disconnected` while its beats do not come back to it through a server, `draining` after
   * `drain`. Only while `serving` it takes new work.
   */
  readonly state: "joining" | "serving" | "disconnected" | "draining" | "closed";
  /** Warnings for a person, each in a sentence; empty where all is well. */
  readonly problems: ReadonlyArray<string>;
  readonly server: {
    readonly version: string;
    readonly isClustered: boolean;
    readonly url: string;
    /** Notes that follow from its version. */
    readonly notes: ReadonlyArray<string>;
  };
  readonly format: FormatFacts;
  readonly members: number;
  readonly shards: { readonly all: number; readonly held: ReadonlyArray<number> };
  /** Evaluations that this replica publishes, and that its program follows. */
  readonly evaluations: number;
  readonly followed: number;
  /** Messages of the logs read here that are not read yet, by shard; `null` where JetStream has not said. */
  readonly lags: ReadonlyArray<{ readonly shard: number; readonly behind: number | null }>;
  /** Messages that the consumers running here have not handled, over all replicas. */
  readonly consumers: ReadonlyArray<{ readonly name: string; readonly behind: number | null }>;
  readonly work: { readonly workers: number; readonly busy: number; readonly done: number };
  readonly budget: {
    readonly owner: string | undefined;
    readonly perMinute: number;
    /** Requests per minute this replica may send without a grant; 0 before an owner has announced it. */
    readonly share: number;
    readonly admitted: number;
    readonly waiting: number;
    readonly haltedMillis: number;
  };
  /** Epochs won by any replica since this one joined. */
  readonly elections: number;
}

/** A part of a fleet that can be asked how it does. */
export interface HasHealth {
  readonly health: () => Promise<FleetHealth>;
}

/**
 * Answers `GET /livez` (200 unless the fleet is closed), `GET /readyz` (200 while it serves and nothing is wrong with its connection, else 503) and
 * `GET /healthz` (everything, as JSON, with the status of `/readyz`), under any path prefix. Any other request gets 404 or
 * 405. Web standard: for `node:http`, wrap it as any `fetch` handler.
 *
 * @example
 * ```ts
 * import { healthHandler } from "@evalwire/fleet";
 *
 * const closed = { health: async () => ({ state: "closed", problems: [] }) as never };
 * const handle = healthHandler(closed);
 * (await handle(new Request("http://localhost/readyz"))).status; // => 503
 * ```
 */
export const healthHandler =
  (fleet: HasHealth): ((request: Request) => Promise<Response>) =>
  async (request) => {
    const [, what] = /\/(livez|readyz|healthz)\/?$/.exec(new URL(request.url).pathname) ?? [];
    if (what === undefined)
      return Response.json({ detail: "unknown path: request livez, readyz or healthz" }, { status: 404 });
    if (request.method !== "GET" && request.method !== "HEAD")
      return Response.json({ detail: "use GET" }, { status: 405, headers: { allow: "GET, HEAD" } });
    const health = await fleet.health();
    const { state, problems } = health;
    const isFine = what === "livez" ? state !== "closed" : state === "serving";
    const body = what === "healthz" ? health : { state, problems };
    const answer = Response.json(body, { status: isFine ? 200 : 503, headers: { "cache-control": "no-store" } });
    return request.method === "HEAD" ? new Response(null, answer) : answer;
  };
