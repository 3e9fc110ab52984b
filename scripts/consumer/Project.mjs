/** A fresh project outside the workspace, into which the tarballs are installed with npm. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./Report.mjs";

const programs = join(dirname(fileURLToPath(import.meta.url)), "programs");

/** Every tarball by its package's name, for `dependencies` and `overrides`. */
export const asDependencies = (tarballs) =>
  Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));

export class Project {
  static #made = [];

  constructor(folder) {
    this.folder = folder;
  }

  /** @param dependencies - what goes into the manifest, tarballs included */
  static make(name, dependencies, more = {}) {
    const folder = mkdtempSync(join(tmpdir(), `evalwire-consumer-${name}-`));
    Project.#made.push(folder);
    const manifest = { name: `consumer-${name}`, private: true, type: "module", dependencies, ...more };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
    return new Project(folder);
  }

  /** Removes the folders of all projects. */
  static removeAll() {
    for (const folder of Project.#made.splice(0)) rmSync(folder, { recursive: true, force: true });
  }

  install(expected = 0) {
    return this.run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], {
      expected,
    });
  }

  /** Copies one of the programs beside this file into the project. */
  add(...names) {
    for (const name of names) cpSync(join(programs, name), join(this.folder, name), { recursive: true });
  }

  write(name, text) {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), text);
  }

  path(name) {
    return join(this.folder, name);
  }

  run(command, args, options = {}) {
    return run(command, args, { cwd: this.folder, ...options });
  }
}
