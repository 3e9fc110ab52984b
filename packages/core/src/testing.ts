/** Tools for tests of programs on evalwire: a clock moved by hand, a scripted platform, a scripted watch, and a
 * checker of events. */
export { announcementOf, BrokenPromise, EventChecker, type Truth } from "./testing/EventChecker.ts";
export { type Fault, type Request, ScriptedPlatform, scriptedRow, servers } from "./testing/ScriptedPlatform.ts";
export { ScriptedWatch, type ScriptedWatchOptions } from "./testing/ScriptedWatch.ts";
export { SimulatedClock, type SimulatedClockOptions } from "./testing/SimulatedClock.ts";
