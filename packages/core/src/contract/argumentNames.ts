/**
 * Names of arguments that cannot be meant: a slip of the pen away from one that is known and not given.
 *
 * A name that is not like a known one is let through: the platform may have learned it since, and an object that was read is sent back with
 * all it came with.
 */
import type { Node } from "./schema/Schema.ts";

/** The names a body may have; none where it is no object. */
const fieldNames = (node: Node): ReadonlyArray<string> => {
  switch (node.kind) {
    case "struct":
      return node.fields.map(({ name }) => name);
    case "union":
      return node.members.flatMap(fieldNames);
    case "lazy":
      return fieldNames(node.node());
    default:
      return [];
  }
};

const plain = (name: string): string => name.toLowerCase().replaceAll(/[_-]/g, "");

/** Whether both are one name but for case and separators, or for one letter before the last: missing, changed, or changed about with the next. */
const isSlip = (given: string, known: string): boolean => {
  const [one, other] = [plain(given), plain(known)];
  if (one === other) return true;
  // Another end is another name: `task_id` and `task_ids`.
  if (one.at(-1) !== other.at(-1) || Math.min(one.length, other.length) < 4) return false;
  let at = 0;
  while (one[at] === other[at]) at++;
  const [rest, otherRest] = [one.slice(at), other.slice(at)];
  return (
    rest.slice(1) === otherRest ||
    rest === otherRest.slice(1) ||
    rest.slice(1) === otherRest.slice(1) ||
    (rest[0] === otherRest[1] && rest[1] === otherRest[0] && rest.slice(2) === otherRest.slice(2))
  );
};

interface Issue {
  readonly path: string;
  readonly message: string;
}

/** Problems with the names an endpoint is called with. */
export interface ArgumentNames {
  /** Problems with the names of arguments. */
  readonly issues: (args: object) => ReadonlyArray<Issue>;
  /** The same problem with a name among the options of a call; says so where it is an argument's. */
  readonly amongOptions: (issue: Issue) => Issue;
}

export const argumentNames = (
  params: ReadonlyArray<string>,
  queryNames: ReadonlyArray<string>,
  body: Node | undefined,
): ArgumentNames => {
  const inBody = (): ReadonlyArray<string> =>
    body === undefined ? [] : body.kind === "list" ? ["items"] : fieldNames(body);
  const all = () => [...params, ...queryNames, ...inBody()];
  return {
    issues: (args) => {
      const known = all();
      return Object.keys(args).flatMap((path) => {
        if (known.includes(path)) return [];
        const meant = known.find((name) => !Object.hasOwn(args, name) && isSlip(path, name));
        return meant === undefined ? [] : [{ path, message: `is not known; did you mean ${meant}?` }];
      });
    },
    amongOptions: (issue) => {
      const meant = all().find((name) => isSlip(issue.path, name));
      return meant === undefined
        ? issue
        : {
            path: issue.path,
            message: `is an argument: pass { ${[...new Set([...params, meant])].join(", ")} } before the options of the call`,
          };
    },
  };
};
