import { SGPClient } from "@evalwire/core";
import { EvalwireProvider } from "@evalwire/react-hooks";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import "./theme.css";
import "./page.css";

// The page holds no key: what serves it answers under `/api` and adds one.
const client = new SGPClient({ apiKey: null, baseURL: "/api" });

const watchOptions = {
  interval: ["1 second", "15 seconds"],
  requestsPerMinute: 240,
  expiring: ["1 minute", "5 seconds"],
} as const;

createRoot(document.getElementById("page")!).render(
  <StrictMode>
    <EvalwireProvider client={client} watchOptions={watchOptions}>
      <App client={client} />
    </EvalwireProvider>
  </StrictMode>,
);
