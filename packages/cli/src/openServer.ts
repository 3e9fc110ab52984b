import { createServer, type EvalwireServer, type ServerOptions } from "@evalwire/server";
import { CommandFailure } from "./CommandFailure.ts";

/** The embedded server; what keeps it from opening (a file that is no database, a folder that is not there) is a user error. */
export const openServer = async (options: ServerOptions): Promise<EvalwireServer> => {
  try {
    return await createServer(options);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CommandFailure(error.message.replace(/^createServer: /, ""), 1, { cause: error });
  }
};
