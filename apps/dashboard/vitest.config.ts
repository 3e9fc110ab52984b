import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "dashboard", include: ["test/**/*.test.ts", "test/**/*.test.tsx"] },
  ssr: { resolve: { conditions: ["@evalwire/source"] } },
  resolve: { conditions: ["@evalwire/source"] },
});
