/**
 * The names a fleet uses in NATS: subjects, streams, the bucket of snapshots.
 *
 * An evaluation's id may hold what no subject can (dots, spaces, nothing at all): its subject token is a digest.
 */
import { createHash } from "node:crypto";
import { FleetError } from "./FleetError.ts";

export type Version = "v4" | "v5";

const token = /^[A-Za-z0-9_-]{1,32}$/;

/** A name that no other replica has. */
export const randomName = (): string => crypto.randomUUID().replaceAll("-", "").slice(0, 12);

export class Names {
  readonly fleet: string;
  readonly shards: number;

  constructor(fleet: string, shards: number) {
    if (!token.test(fleet))
      throw new FleetError(
        "Invalid",
        `The fleet's name ${JSON.stringify(fleet)} is no subject token: use 1 to 32 letters, digits, - and _.`,
      );
    if (!Number.isInteger(shards) || shards < 1 || shards > 256)
      throw new FleetError("Invalid", `shards is a whole number from 1 to 256, not ${shards}.`);
    this.fleet = fleet;
    this.shards = shards;
  }

  /** A name for an evaluation that every subject and every store can hold. */
  keyOf(evaluationId: string, version: Version): string {
    if (typeof evaluationId !== "string" || evaluationId === "")
      throw new FleetError("Invalid", "An evaluation's id is a text that is not empty.");
    return createHash("sha256").update(`${version}/${evaluationId}`).digest("hex").slice(0, 24);
  }

  shardOf(key: string): number {
    return Number.parseInt(key.slice(0, 8), 16) % this.shards;
  }

  /** Everything of this fleet begins with this. */
  get prefix(): string {
    return `ew.${this.fleet}`;
  }

  log(shard: number | "*", key: string): string {
    return `${this.prefix}.log.${shard}.${key}`;
  }

  logStream(shard: number): string {
    return `EW_${this.fleet}_log_${shard}`;
  }

  isLog(stream: string): boolean {
    return stream.startsWith(`EW_${this.fleet}_log_`);
  }

  /** A publisher's heartbeats for its evaluations between entries. */
  pulse(shard: number): string {
    return `${this.prefix}.pulse.${shard}`;
  }

  /** Requests to the publisher of a shard. */
  ask(shard: number): string {
    return `${this.prefix}.ask.${shard}`;
  }

  elect(office: string, epoch: number | "*"): string {
    return `${this.prefix}.elect.${office}.${epoch}`;
  }

  /** When a consumer's name began. */
  begun(consumer: string): string {
    return this.elect(`consumer-${consumer}`, 1);
  }

  /** How far a consumer has handled a message that it gave back. */
  handled(consumer: string, shard: number, sequence: number | "*"): string {
    return this.elect(`handled-${consumer}-${shard}`, sequence);
  }

  get electStream(): string {
    return `EW_${this.fleet}_elect`;
  }

  /** Events that a consumer has given up. */
  dead(consumer: string): string {
    return `${this.prefix}.dead.${consumer}`;
  }

  get deadStream(): string {
    return `EW_${this.fleet}_dead`;
  }

  job(kind: string, run: string, id: string): string {
    return `${this.prefix}.job.${kind}.${run}.${id}`;
  }

  get jobStream(): string {
    return `EW_${this.fleet}_jobs`;
  }

  result(run: string, id: string): string {
    return `${this.prefix}.res.${run}.${id}`;
  }

  get resultStream(): string {
    return `EW_${this.fleet}_results`;
  }

  /** Subject at which replicas request grants. */
  get budget(): string {
    return `${this.prefix}.budget`;
  }

  /** Where every replica is asked how it does. */
  get health(): string {
    return `${this.prefix}.health`;
  }

  get beat(): string {
    return `${this.prefix}.beat`;
  }

  get snapshots(): string {
    return `EW_${this.fleet}_snapshots`;
  }
}
