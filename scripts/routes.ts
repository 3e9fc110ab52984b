// Writes docs/routes.md from the contract: node --conditions=@evalwire/source scripts/routes.ts
import { writeFileSync } from "node:fs";
import { markdown } from "../packages/server/test/routesTable.ts";

writeFileSync(new URL("../docs/routes.md", import.meta.url), markdown());
