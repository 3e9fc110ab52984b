/** The import entries of a set of tarballs. */

/** @returns the entries of one published manifest, such as `@evalwire/core/rxjs` */
export const entriesOf = ({ name, manifest }) =>
  Object.keys(manifest.exports ?? {})
    .filter((subpath) => subpath !== "./package.json" && !subpath.includes("*"))
    .map((subpath) => `${name}${subpath.slice(1)}`);

/** Programs are started, not imported; a worker's file is for its thread only. */
export const isImportable = (entry) => entry !== "evalwire" && entry !== "@evalwire/metrics/worker";
