/** An embedded server compatible with the evaluation API of the Scale GenAI Platform. */
export type { KeyHolder } from "./http/Keys.ts";
export { type BridgeOptions, type Handle, listen } from "./http/listen.ts";
export type { Listener, ListenOptions } from "./http/socket.ts";
export type { PolicyOptions, TaskSubject, User } from "./Policy.ts";
export { createServer, type EvalwireServer, type Faults, type ServerOptions } from "./server.ts";
