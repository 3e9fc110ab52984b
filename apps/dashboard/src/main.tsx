import { relayClient } from "@evalwire/relay/client";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import "./styles/theme.css";
import "./styles/page.css";
import "./styles/parts.css";

// The page holds no key: the relay that serves it adds one. All tabs of a browser share one connection an evaluation, for the relay shows
// everyone who is invited the same.
const client = relayClient(`${location.origin}/relay`, { tabs: "everyone" });

createRoot(document.getElementById("page")!).render(
  <StrictMode>
    <App client={client} />
  </StrictMode>,
);
