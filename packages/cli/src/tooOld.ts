/**
 * Whether this Node can run the command line.
 *
 * @param version - of the running Node, e.g. `20.19.6`
 * @param needed - the `engines.node` of the package, e.g. `>=22.16`
 * @returns the message for the user; `undefined` when the version will do
 */
export const tooOld = (version: string, needed: string): string | undefined => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const least = needed.replace(/^>=/, "");
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return `evalwire needs Node ${least} or later; this is Node ${version}.`;
};
