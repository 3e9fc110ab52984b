/**
 * Values provided by plugins, by name. A plugin declares its own part of it:
 * `declare module "@evalwire/core" { interface PluginResources { journal: Journal } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: plugins add to it by declaration merging
export interface PluginResources {}

/** The type of a resource; `unknown` for an undeclared one. */
export type ResourceOf<Name extends string> = Name extends keyof PluginResources ? PluginResources[Name] : unknown;
