import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "server", include: ["test/**/*.test.ts", "test/**/*.test.tsx"], testTimeout: 60_000 },
  ssr: { resolve: { conditions: ["@evalwire/source"] } },
  resolve: { conditions: ["@evalwire/source"] },
});
