/**
 * Settings all replicas of a fleet have to agree on, kept in the stream of epochs: `elect.charter.<n>`, the newest of which counts. Only the format of
 * the feed ever changes.
 */
import type { SGPClient } from "@evalwire/core";
import type { Engine } from "../engine/Engine.ts";
import { isError } from "../engine/errorCodes.ts";
import { FleetError } from "../engine/FleetError.ts";
import type { Names } from "../engine/Names.ts";
import { patiently } from "../engine/patiently.ts";
import type { Time } from "../engine/Time.ts";
import type { Formats } from "./Formats.ts";

export interface Charter {
  readonly account: string;
  readonly baseURL: string;
  readonly shards: number;
  readonly format: number;
}

export const charterOf = (client: SGPClient, shards: number): Omit<Charter, "format"> => ({
  account: client.transport.settings.headers["x-selected-account-id"] ?? "",
  baseURL: client.baseURL,
  shards,
});

/** The newest charter and its number; number 0 while there is none. */
const newest = async (
  { jsm }: Engine,
  names: Names,
): Promise<{ readonly number: number; readonly charter?: Charter }> => {
  const { state } = await jsm.streams.info(names.electStream, { subjects_filter: names.elect("charter", "*") });
  const numbers = Object.keys(state.subjects ?? {}).map((each) => Number(each.slice(each.lastIndexOf(".") + 1)));
  const number = Math.max(0, ...numbers);
  if (number === 0) return { number };
  const message = await jsm.streams.getMessage(names.electStream, { last_by_subj: names.elect("charter", number) });
  return message === null ? { number: 0 } : { number, charter: message.json<Charter>() };
};

/** Writes a charter unless another replica has written this number; resolves with whether it was written. */
const write = async ({ js }: Engine, names: Names, number: number, charter: Charter): Promise<boolean> => {
  try {
    const first = { expect: { lastSubjectSequence: 0 } };
    await js.publish(names.elect("charter", number), JSON.stringify(charter), first);
    return true;
  } catch (error) {
    if (isError(error, "wrongLastSequence")) return false;
    throw error;
  }
};

/** The problem of a fleet's format for a replica; `undefined` when there is none. */
export const formatProblem = (fleet: string, format: number, formats: Formats): FleetError | undefined => {
  if (formats.fits(format)) return undefined;
  const newestOwn = Math.max(...formats.writes);
  const how =
    format > newestOwn
      ? "run a newer version of @evalwire/fleet"
      : "replace its replicas by a version in between first, which reads and writes both";
  return new FleetError(
    "OtherFormat",
    `The fleet ${fleet} writes feeds of format ${format}, and this version reads ${formats.reads.join(", ")}; ${how}.`,
  );
};

/** The first replica says what the fleet is; every other has to be the same. Takes the fleet's format over. */
export const agree = async (
  engine: Engine,
  names: Names,
  own: Omit<Charter, "format">,
  formats: Formats,
  time: Time,
): Promise<void> => {
  const said = await patiently(time, async () => {
    const known = await newest(engine, names);
    if (known.charter !== undefined) return known.charter;
    // Only the first replica of a fleet need not wait for an older version.
    const charter = { ...own, format: Math.max(...formats.writes) };
    if (await write(engine, names, 1, charter)) return charter;
    // Another replica was first: read its charter.
    return (await newest(engine, names)).charter;
  });
  if (said === undefined) return;
  const shown = { account: "account", baseURL: "platform", shards: "number of shards" } as const;
  for (const [key, what] of Object.entries(shown) as Array<[keyof typeof shown, string]>) {
    if (said[key] === own[key]) continue;
    throw new FleetError(
      "OtherFleet",
      `The fleet ${names.fleet} has another ${what} (${JSON.stringify(said[key])}) than this replica (${JSON.stringify(own[key])}); give one of them another name.`,
    );
  }
  const problem = formatProblem(names.fleet, said.format, formats);
  if (problem !== undefined) throw problem;
  formats.current = said.format;
};

/** Writes the charter again where its stream was deleted; another replica may be first. */
export const restore = async (
  engine: Engine,
  names: Names,
  own: Omit<Charter, "format">,
  { current }: Formats,
): Promise<void> => {
  await write(engine, names, 1, { ...own, format: current });
};

/** Has the fleet write a newer format from now on. The first call by any replica decides. */
export const raise = async (engine: Engine, names: Names, formats: Formats, format: number): Promise<void> => {
  const { number, charter } = await newest(engine, names);
  if (charter === undefined) return;
  if (charter.format < format && !(await write(engine, names, number + 1, { ...charter, format }))) return;
  formats.current = Math.max(formats.current, charter.format, format);
};
