import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "react-hooks",
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    environment: "happy-dom",
    setupFiles: ["test/setup.ts"],
  },
  ssr: { resolve: { conditions: ["@evalwire/source"] } },
  resolve: { conditions: ["@evalwire/source"] },
});
