/**
 * Where a task finds a value in an item: `item.field`, `item.a.b`, or `{{item.field}}` within longer text.
 *
 * @source Platform guide v5, "Item locators".
 */
import * as Schema from "../../schema/Schema.ts";
import type { Codec } from "../../Wire.ts";

/** `item.<field>`; the grammar beyond dots is not documented, so any text is taken. */
export const Locator = Schema.String;
export type Locator = string;

/** A literal, or the place in the item where it is found. */
export const orLocator = <T>(literal: Codec<T>): Codec<T | Locator> => Schema.Union([literal, Locator]);
