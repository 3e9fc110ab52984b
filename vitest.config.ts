import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

/**
 * One folder's tests: against the sources (export condition `@evalwire/source`), so that no build is needed.
 *
 * The time limit catches what hangs, on a machine however busy; no test measures time.
 */
const project = (root: string, test: TestProjectInlineConfiguration["test"] = {}): TestProjectInlineConfiguration => ({
  root,
  resolve: { conditions: ["@evalwire/source"] },
  ssr: { resolve: { conditions: ["@evalwire/source"] } },
  test: {
    name: root.split("/").at(-1)!,
    include: ["test/**/*.test.{ts,tsx}"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    ...test,
  },
});

export default defineConfig({
  test: {
    projects: [
      project("packages/metrics"),
      project("packages/core"),
      project("packages/tasks"),
      project("packages/react-hooks", { environment: "happy-dom", setupFiles: ["test/setup.ts"] }),
      project("packages/server"),
      project("packages/cli"),
      project("apps/dashboard"),
      project("examples"),
      project("simulation"),
    ],
  },
});
