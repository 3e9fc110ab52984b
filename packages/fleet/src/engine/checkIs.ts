import { FleetError } from "./FleetError.ts";

const shown = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value));

/** Throws a `FleetError` unless an option that is there is what it has to be. */
export const checkIs = (isRight: boolean, who: string, path: string, wanted: string, value: unknown): void => {
  if (value !== undefined && !isRight)
    throw new FleetError("Invalid", `${who}: ${path} is ${wanted}, not ${shown(value)}.`);
};

/** Throws a `FleetError` unless an option that is there is a whole number, and not below the least. */
export const checkWhole = (who: string, path: string, value: unknown, least: number): void =>
  checkIs(
    Number.isSafeInteger(value) && (value as number) >= least,
    who,
    path,
    `a whole number of at least ${least}`,
    value,
  );

/** The same for a time in milliseconds. */
export const checkMillis = (who: string, path: string, value: unknown, least: number): void =>
  checkIs(
    Number.isFinite(value) && (value as number) >= least,
    who,
    path,
    `a number of milliseconds of at least ${least}`,
    value,
  );
