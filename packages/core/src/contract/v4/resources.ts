/**
 * v4's tree of methods, with the endpoint each one calls.
 */
import { merged } from "../merged.ts";
import { basic } from "./basic.ts";
import { more } from "./more.ts";

export const resources = merged(basic, more);
