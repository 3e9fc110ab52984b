/**
 * 100,000 leases scheduled and cancelled again: all in one structure with one timer, against a timer for each. Code that cancels has
 * the ticket, or the timer, in hand; finding it costs the same in both ways.
 */
import { compare, hold } from "./budget.ts";
import { Expiry } from "./inside.ts";
import { inTurn } from "./measure.ts";
import { taskId } from "./page.ts";

const count = 100_000;
const now = Date.UTC(2030, 0, 1, 8);
const leads = [300_000, 60_000];

// A deadline each, spread over eight hours, as the platform writes it; the first one more than five minutes away.
const leases = Array.from({ length: count }, (_, number) => ({
  taskId: taskId(number),
  assignee: `person ${number % 40}`,
  expiresAt: new Date(now + 360_000 + ((number * 7919) % count) * 288).toISOString(),
}));
type Lease = (typeof leases)[number];

const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
const nothing = () => undefined;
// biome-ignore lint/plugin: the timers that are compared take the quickest way.
const delayOf = ({ expiresAt }: Lease) => Date.parse(expiresAt) - now;

/** As the watch does it: what came in one answer is scheduled, and then it asks when to wake. */
const ours = (warnings: ReadonlyArray<number>, isAsked: boolean) => () => {
  const expiry = new Expiry(warnings);
  const tickets = leases.map((lease) => expiry.add(lease));
  const timer = isAsked ? setTimeout(nothing, expiry.nextAt()! - now) : undefined;
  const most = isAsked ? timers() : 0;
  for (const ticket of tickets) expiry.cancel(ticket);
  clearTimeout(timer);
  if (expiry.nextAt() !== undefined) throw new Error("a cancelled lease is still due");
  return most;
};

const timerEach = (timersOf: (lease: Lease) => ReadonlyArray<NodeJS.Timeout>) => () => {
  const held = leases.map(timersOf);
  for (const each of held) for (const timer of each) clearTimeout(timer);
};

const endOnly = () => {
  const held = leases.map((lease) => setTimeout(nothing, delayOf(lease)));
  for (const timer of held) clearTimeout(timer);
};

const times = inTurn(
  [
    { name: "evalwire, the end only", run: ours([], true) },
    { name: "evalwire, the end and two warnings", run: ours(leads, true) },
    { name: "evalwire, the end and two warnings, cancelled before it asked", run: ours(leads, false) },
    { name: "a setTimeout each, for the end only", run: endOnly },
    {
      name: "three setTimeouts each, for the end and two warnings",
      run: timerEach((lease) => [0, ...leads].map((lead) => setTimeout(nothing, delayOf(lease) - lead))),
    },
  ].map((each) => ({ ...each, units: count })),
  7,
);
const [end, warned, unasked, one, three] = times.map(({ median }) => median) as [
  number,
  number,
  number,
  number,
  number,
];

compare("scheduled and cancelled", times, { unit: "ns a lease", perMicrosecond: 1e3 }, [
  ["ours, the end only", times[0]!],
]);
const atLeast = (question: string, figure: number) => ({ question, figure, unit: "×", budget: { least: 10 } });
hold([
  { question: "timers for 100,000 leases", figure: ours(leads, true)() - timers(), unit: "", budget: { most: 1 } },
  atLeast("a setTimeout each / evalwire, the end only", one / end),
  atLeast("three setTimeouts each / evalwire, the end and two warnings", three / warned),
  atLeast("the same, cancelled before evalwire asked when to wake", three / unasked),
]);
