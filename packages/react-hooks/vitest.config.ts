import { project } from "../../vitest.project.ts";

export default project("react-hooks", { environment: "happy-dom", setupFiles: ["test/setup.ts"] });
