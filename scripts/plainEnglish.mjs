// Words this project does not use, and the words of the field to use instead: in names, comments, messages and docs.
// Prints each use as file:line, and fails.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A pattern for a line, and the words in its place. */
const words = [
  [/\b(tells?|told|telling|retold)\b|[a-z](Told|Tells?)(?![a-z])|\b(told|tell)[A-Z]/, "emit, report, announce, show"],
  [
    /(^|[.:;!] |\/\/ |\* |\| |^\s*["'`])(Who|What|Whoever|Whatever) (?!about )[a-z]/,
    "a noun phrase: result of, options of",
  ],
  [/\bwhatever\b/, "any, for any"],
  [/\b([Ss]omebody|[Nn]obody|[Aa]nybody|[Ee]verybody|[Ww]hoever)\b/, "the caller, the user, a listener, none"],
  [/\b(ran|runs?|running) out\b/, "expire, end"],
  [/\b(asks?|asked|asking) (for|after)\b/, "request"],
  [/\bdear(er|est)?\b/, "expensive"],
  [/\balone\b/, "only, by itself"],
  [/\bmend(s|ed|ing)?\b/, "fix, repair, retry"],
  [/\b[Ii]n vain\b/, "without effect"],
  [/\b[Ff]or ever\b/, "forever, indefinitely"],
  [/\b[Aa]new\b|[a-z]Anew\b/, "again, re-"],
  [/\b(be|been|is|was|are|were) had\b/, "available"],
  [/\b[Bb]ec[ao]mes? of\b/, "outcome, result"],
  [/\b[Pp]ictures?(Of)?\b(?!")(?!\/)/, "state, snapshot"],
  [/\b[Dd]eeds?\b/, "action"],
  [/\b(same breath|pass(ed|es)? over in silence|in silence)\b/, "in the same tick, silently"],
];

/** Lines that may have them: members of the wire or of a public interface, and questions. */
const allowed = [
  /\btell\??[:(]|\.tell\b|\.tell\?|\["tell"\]|\{ tell \}|\(tell ===|`FeedSource\.tell`/,
  /\.told\b|\btold(\??:|[,)] | \}| ===)/,
  /\?["'`)*]*\s*(\*\/)?$/,
  // A seed's label: another one draws other runs.
  /new Rng\(.*"deed"/,
];

/** Prose that is data: the texts of the demo, and samples that metrics are tested with. */
const data =
  /^packages\/cli\/src\/demo\/cases\/|^packages\/metrics\/(test\/corpus\.ts|data\/|test\/fixtures\/)|CHANGELOG|plainEnglish/;

const listed = spawnSync(
  "git",
  [
    "ls-files",
    "--",
    "packages",
    "apps",
    "docs",
    "examples",
    "simulation",
    "bench",
    "scripts",
    "findings/README.md",
    "*.md",
  ],
  { cwd: root, encoding: "utf8" },
).stdout;
const files = listed
  .split("\n")
  .filter(
    (file) => /\.(ts|tsx|mjs|js|css|html|md|yml)$/.test(file) && !data.test(file) && !file.startsWith(".changeset/"),
  );

let uses = 0;
for (const file of files) {
  readFileSync(join(root, file), "utf8")
    .split("\n")
    .forEach((line, index) => {
      for (const [pattern, instead] of words) {
        const found = pattern.exec(line);
        if (found === null || allowed.some((each) => each.test(line))) continue;
        uses += 1;
        console.log(`${file}:${index + 1} "${found[0].replace(/^\W+/, "").trim()}": ${instead}`);
      }
    });
}
if (uses > 0) {
  console.error(`\n${uses} uses of words that this project does not use`);
  process.exit(1);
}
console.log("Plain English.");
