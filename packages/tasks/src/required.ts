import { type SGPClient, SgpError } from "@evalwire/core";
import { optionIssues } from "@evalwire/core/contract";

/**
 * Missing or unknown arguments of a call; a compiler reports them, plain JavaScript does not.
 *
 * @param args - the object of arguments, of which `names` must be there, and nothing that is not `known`
 */
export const missing = (
  call: string,
  client: SGPClient,
  args: object,
  names: ReadonlyArray<string>,
  known: ReadonlyArray<string>,
  wrong: (args: object) => readonly [name: string, message: string] | undefined = () => undefined,
): SgpError | undefined => {
  const refuse = (path: string, message: string) =>
    new SgpError({ reason: { _tag: "Invalid", issues: [{ path, message }] }, endpoint: call, attempts: 0 });
  if (typeof client?.transport?.call !== "function")
    return refuse("client", "must be an SGPClient, the first argument");
  if (typeof args !== "object" || args === null)
    return refuse("arguments", `must be an object with ${names.join(", ")}`);
  const values = args as Readonly<Record<string, unknown>>;
  const [unknown] = optionIssues(args, known);
  if (unknown !== undefined) return refuse(unknown.path, unknown.message);
  const name = names.find((each) => values[each] === undefined || values[each] === null || values[each] === "");
  const found = name === undefined ? wrong(args) : undefined;
  if (found !== undefined) return refuse(...found);
  return name === undefined
    ? undefined
    : refuse(name, name === "task" ? "is missing: pass the task of a Claimed" : "is missing");
};
