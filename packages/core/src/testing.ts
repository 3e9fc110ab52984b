/** What tests of programs on evalwire need: time that stands still until it is moved. */
export { SimulatedClock, type SimulatedClockOptions } from "./testing/SimulatedClock.ts";
