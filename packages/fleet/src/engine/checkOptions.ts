import { optionIssues } from "@evalwire/core/contract/options";
import { FleetError } from "./FleetError.ts";

/** Throws a `FleetError` that names the first unknown option, and the one that was probably meant. */
export const checkOptions = <Options extends object>(
  who: string,
  options: Options,
  known: Readonly<Record<keyof Options, true>>,
): void => {
  const [issue] = optionIssues(options, Object.keys(known));
  if (issue !== undefined)
    throw new FleetError("Invalid", `${who}: ${issue.path} ${issue.message.replace(/(?<![?])$/, ".")}`);
};
