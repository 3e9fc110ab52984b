/** The client's messages about its options, in terms of the command line's flags and variables. */
import { SgpError } from "@evalwire/core";
import { CommandFailure } from "./CommandFailure.ts";

const names: Readonly<Record<string, string>> = {
  apiKey: "SGP_API_KEY",
  baseURL: "--base-url",
  "x-selected-account-id": "--account",
  evaluationId: "<evaluation-id>",
  evaluation_id: "<evaluation-id>",
};

const adviceOf = ({ reason, detail = "" }: SgpError): string | undefined => {
  switch (reason._tag) {
    case "Unauthorized":
      return "the API key was refused; check SGP_API_KEY";
    case "Forbidden":
      return "not allowed; check the role of the key, and --account";
    case "NotFound":
      if (detail.startsWith("it exists in v5")) return "not found in v4, but it exists in v5: add --v5";
      if (detail.startsWith("it exists in v4")) return "not found in v5, but it exists in v4: leave out --v5";
      if (detail.startsWith("baseURL ends with")) return `not found: ${detail.replace("baseURL", "--base-url")}`;
      return "not found; check the id, and --account";
    default:
      return undefined;
  }
};

/** The sentence for a person at a terminal. */
const sentenceOf = (error: SgpError): string => {
  const { reason, method, path, status } = error;
  const advice = adviceOf(error);
  if (advice !== undefined) return `${method} ${path}: ${status}, ${advice}`;
  const [issue] = reason._tag === "Invalid" ? reason.issues : [];
  if (issue === undefined || error.status !== undefined) return error.message;
  return `${names[issue.path] ?? issue.path}: ${issue.message}`;
};

/** Does the work; a failure of the client comes out as a failure of the command: 2 for what is called wrongly, else 1. */
export const inOwnWords = async <A>(work: () => Promise<A>): Promise<A> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SgpError)) throw error;
    const isCallersFault = error.reason._tag === "Invalid" && error.status === undefined;
    throw new CommandFailure(sentenceOf(error), isCallersFault ? 2 : 1);
  }
};
