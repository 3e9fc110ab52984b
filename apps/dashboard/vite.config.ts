import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

/** Where the command line package looks for the page, and the address of what serves it during `vite` (development). */
const outDir = "../../packages/cli/dashboard";
const served = { target: "http://127.0.0.1:4180", changeOrigin: true };

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ["@evalwire/source", ...defaultClientConditions] },
  build: { outDir, emptyOutDir: true, target: "es2023", modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  server: { host: "127.0.0.1", proxy: { "/relay": served, "/session": served } },
});
