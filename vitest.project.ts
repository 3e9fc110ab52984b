import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

type TestOptions = NonNullable<TestProjectInlineConfiguration["test"]>;

/**
 * One package's tests: against the sources (export condition `@evalwire/source`), so that no build is needed.
 *
 * The time limit catches what hangs, on a machine however busy; no test measures time.
 */
export const project = (name: string, test: TestOptions = {}) =>
  defineConfig({
    test: { name, include: ["test/**/*.test.{ts,tsx}"], testTimeout: 120_000, hookTimeout: 120_000, ...test },
    ssr: { resolve: { conditions: ["@evalwire/source"] } },
    resolve: { conditions: ["@evalwire/source"] },
  });
