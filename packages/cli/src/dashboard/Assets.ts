/**
 * The built page, read into memory once: files added later cannot be requested, so no request's
 * path ever reaches the file system.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
  /** Whether the file's name changes with its content, so that a browser may keep it forever. */
  readonly isHashed: boolean;
}

/** Paths as in a URL (`/assets/index.js`) with what is served there; `/` is the page itself. */
export type Assets = ReadonlyMap<string, Asset>;

/** Where `npm run build` puts the page: beside this package's `src` and `dist`. */
export const folder = new URL("../../dashboard/", import.meta.url);

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/** The folder's files, or `undefined` when the page has not been built there. Source maps are left out. */
export const load = (from: URL = folder): Assets | undefined => {
  const root = fileURLToPath(from);
  let entries: ReturnType<typeof listFiles>;
  try {
    entries = listFiles(root);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const assets = new Map<string, Asset>();
  for (const file of entries) {
    const type = types[extname(file)];
    if (type === undefined) continue;
    const bytes = new Uint8Array(readFileSync(file));
    const path = `/${relative(root, file).split(sep).join("/")}`;
    const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
    assets.set(path, { bytes, type, etag, isHashed: path.startsWith("/assets/") });
  }
  const page = assets.get("/index.html");
  if (page === undefined) return undefined;
  return assets.set("/", page);
};

const listFiles = (root: string): Array<string> =>
  readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
