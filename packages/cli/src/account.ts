/** The account of the platform that a command works on: how it is named on the command line and in the environment. */
import { SGPClient } from "@evalwire/core";
import type { Command } from "commander";
import { CommandFailure } from "./CommandFailure.ts";
import { inOwnWords } from "./ownWords.ts";
import type { Session } from "./Session.ts";

export interface AccountOptions {
  readonly baseUrl?: string;
  readonly account?: string;
}

/** Adds the options that say where the platform is, and which account. */
export const withAccount = (command: Command): Command =>
  command
    .option("--base-url <url>", "where the platform is (default: SGP_CLIENT_BASE_URL, else production)")
    .option("--account <id>", "the account to select (default: SGP_ACCOUNT_ID)");

/** A client of the account; the key comes only from the environment, so that it stands neither on the screen nor in the shell's history. */
export const openClient = async (options: AccountOptions, { env }: Session): Promise<SGPClient> => {
  // A variable that is set to nothing is not set, as in the client; an option that is empty was a variable that was not set.
  const variable = (name: string) => env[name]?.trim() || undefined;
  const { baseUrl = variable("SGP_CLIENT_BASE_URL"), account = variable("SGP_ACCOUNT_ID") } = options;
  if (account?.trim() === "") throw new CommandFailure("--account is empty: give a value, or leave it out", 2);
  const apiKey = variable("SGP_API_KEY");
  if (!apiKey) throw new CommandFailure("there is no API key: set SGP_API_KEY", 2);
  return inOwnWords(
    async () =>
      new SGPClient({
        apiKey,
        ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
        ...(account === undefined ? {} : { accountID: account }),
      }),
  );
};
