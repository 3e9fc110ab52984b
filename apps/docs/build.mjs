/**
 * Builds the documentation into `apps/docs/dist` and checks every link and anchor of it. Nothing is fetched.
 *
 *   node apps/docs/build.mjs [--no-api] [--check] [--serve [--port 4173]]     `--check` is what happens in any case
 */
import { createReadStream, existsSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { parseArgs } from "node:util";
import { build } from "vitepress";
import { assemble, here, site } from "./assemble.mjs";
import { checkLinks } from "./check.mjs";

const { values } = parseArgs({
  options: {
    "no-api": { type: "boolean" },
    check: { type: "boolean" },
    serve: { type: "boolean" },
    port: { type: "string", default: "4173" },
  },
});
const dist = join(here, "dist");

assemble(values["no-api"] !== true);
rmSync(dist, { recursive: true, force: true });
await build(site, { outDir: dist });

const { pages, links, dead } = checkLinks(dist);
for (const line of dead) console.error(`dead link: ${line}`);
console.log(`docs: ${pages} pages, ${links} links checked, ${dead.length} dead`);
if (dead.length > 0) process.exit(1);

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
  ".md": "text/plain; charset=utf-8",
  ".json": "application/json",
};

if (values.serve) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    const candidates = [path, `${path}.html`, join(path, "index.html")].map((each) => join(dist, each));
    const file = candidates.find((each) => each.startsWith(dist) && existsSync(each) && statSync(each).isFile());
    response.writeHead(file === undefined ? 404 : 200, {
      "content-type": types[extname(file ?? ".html")] ?? "application/octet-stream",
    });
    createReadStream(file ?? join(dist, "404.html")).pipe(response);
  });
  server.listen(Number(values.port), "127.0.0.1", () =>
    console.log(`docs: http://127.0.0.1:${server.address().port}/`),
  );
}
