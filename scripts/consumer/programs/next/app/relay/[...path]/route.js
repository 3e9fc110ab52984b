import { SGPClient } from "@evalwire/core";
import { createRelay } from "@evalwire/relay";

// The key and the address come from the environment; a program of its own asks here who the visitor is.
const relay = createRelay({ client: new SGPClient(), authorize: () => ({ user: "ada", rows: "all" }) });

export const dynamic = "force-dynamic";
export const GET = relay.fetch;
export const POST = relay.fetch;
export const PATCH = relay.fetch;
export const OPTIONS = relay.fetch;
