/**
 * Holds every link and anchor of the built pages to what is there, and finds pages without content. VitePress itself checks links between
 * pages, not anchors, and goes on when a page cannot be rendered.
 */
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** @returns how many were checked, and a line for each that leads nowhere */
export const checkLinks = (dist) => {
  const files = globSync("**/*.html", { cwd: dist });
  const idsOf = new Map();
  const ids = (file) => {
    if (!idsOf.has(file)) {
      const html = readFileSync(join(dist, file), "utf8");
      idsOf.set(file, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)));
    }
    return idsOf.get(file);
  };
  const dead = [];
  let links = 0;
  for (const file of files) {
    const html = readFileSync(join(dist, file), "utf8");
    if (file !== "404.html" && !html.includes("<h1")) dead.push(`${file}: the page has no content`);
    if (html.includes("<code></code>")) dead.push(`${file}: code between words has come out empty`);
    for (const [, href] of html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)) {
      if (/^(https?:|mailto:)/.test(href)) continue;
      links++;
      const [path, anchor] = href.replaceAll("&amp;", "&").split("#");
      let target = path === "" ? file : path.startsWith("/") ? path.slice(1) : join(dirname(file), path);
      target = decodeURIComponent(target);
      if (target === "" || target.endsWith("/")) target += "index.html";
      const found = [target, `${target}.html`, join(target, "index.html")].find(
        (each) => existsSync(join(dist, each)) && statSync(join(dist, each)).isFile(),
      );
      if (found === undefined) dead.push(`${file}: ${href}`);
      else if (anchor && found.endsWith(".html") && !ids(found).has(decodeURIComponent(anchor)))
        dead.push(`${file}: ${href} (no such place on the page)`);
    }
  }
  return { pages: files.length, links, dead };
};
