/** Options of everything that keeps streams: a fleet, and a queue without one. */
import { checkIs } from "./checkIs.ts";
import { type EngineOptions, engineNames } from "./connectNats.ts";
import type { Engine } from "./Engine.ts";

export interface StoreOptions extends EngineOptions {
  /** Names the fleet: replicas with one name are one fleet. 1 to 32 letters, digits, - and _. Default `evalwire`. */
  readonly name?: string;
  /** Nodes that keep each message: 1, 3 or 5. Default 3 where the NATS server is one of several, else 1. */
  readonly replicas?: 1 | 3 | 5;
  /** Called with failures that are retried; while one repeats, once a second. Default: they are ignored. */
  readonly onFailure?: (error: unknown) => void;
}

export const storeNames: Record<keyof StoreOptions, true> = {
  ...engineNames,
  name: true,
  replicas: true,
  onFailure: true,
};

export const defaultName = "evalwire";

/** Throws a `FleetError` at options that cannot be; the name is checked where names are made of it. */
export const checkStore = (who: string, { replicas, onFailure }: StoreOptions): void => {
  checkIs([1, 3, 5].includes(replicas as number), who, "replicas", "1, 3 or 5", replicas);
  checkIs(typeof onFailure === "function", who, "onFailure", "a function", onFailure);
};

export const replicasOf = ({ replicas }: StoreOptions, { isClustered }: Pick<Engine, "isClustered">): 1 | 3 | 5 =>
  replicas ?? (isClustered ? 3 : 1);
