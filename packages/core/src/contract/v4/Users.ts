/**
 * Identity of the callers.
 *
 * @source The platform's SDK, `users`.
 */
import * as Endpoint from "../Endpoint.ts";
import { User } from "./Entity.ts";

/** The user the API key belongs to. */
export const info = Endpoint.get("users.info", { path: "/user-info", success: User });

export const retrieve = Endpoint.get("users.retrieve", { path: "/users/:user_id", success: User });
