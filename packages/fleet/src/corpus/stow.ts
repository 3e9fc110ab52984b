/** Pieces of work and their results as they stand in messages, and in objects where they are too long for one. */
import type { MsgHdrs } from "@nats-io/nats-core";
import type { Engine } from "../engine/Engine.ts";
import type { Names } from "../engine/Names.ts";
import { patiently } from "../engine/patiently.ts";
import type { Time } from "../engine/Time.ts";
import type { Objects } from "../log/Objects.ts";

export interface WorkQueueDeps {
  readonly engine: Engine;
  readonly names: Names;
  readonly time: Time;
  readonly objects: Objects;
  readonly replicas: number;
  /** This replica, as results name it. */
  readonly member: string;
  readonly onFailure: (error: unknown) => void;
}

export const workerHeader = "Evalwire-Worker";
export const errorHeader = "Evalwire-Error";
export const objectHeader = "Evalwire-Object";

interface Stowed {
  readonly headers: MsgHdrs | undefined;
  readonly data: Uint8Array;
}

/** The object that a message's bytes are in, where they were too many for it. */
export const objectOf = (message: Pick<Stowed, "headers">): string | undefined =>
  message.headers?.get(objectHeader) || undefined;

/** Bytes as they stand in a message: themselves, or the name of an object where they are too many for one. */
export const stow = async ({ engine, objects, time }: WorkQueueDeps, name: string, bytes: Uint8Array) => {
  const longest = (engine.nc.info?.max_payload ?? 1_048_576) - 4_096;
  if (bytes.length <= longest) return { body: bytes, headers: {} };
  await patiently(time, () => objects.put(name, bytes));
  return { body: new Uint8Array(), headers: { [objectHeader]: name } };
};

/** `undefined` when they are not there any more. */
export const unstow = async ({ objects }: WorkQueueDeps, message: Stowed): Promise<Uint8Array | undefined> => {
  const name = objectOf(message);
  return name === undefined ? message.data : objects.get(name);
};
