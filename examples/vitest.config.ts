import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "examples", include: ["test/**/*.test.ts"] },
  ssr: { resolve: { conditions: ["@evalwire/source"] } },
  resolve: { conditions: ["@evalwire/source"] },
});
