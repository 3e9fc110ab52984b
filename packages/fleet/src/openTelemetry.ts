/**
 * Measures a replica of a fleet with OpenTelemetry: what `fleet.health()` says, each time that metrics are collected.
 *
 * 1. Instruments are observable: between two collections nothing is asked and nothing kept.
 * 2. Every value carries `evalwire.fleet` and `evalwire.fleet.member`.
 */
import { type Attributes, type BatchObservableResult, type Meter, metrics, type Observable } from "@opentelemetry/api";
import { checkOptions } from "./engine/checkOptions.ts";
import type { FleetHealth, HasHealth } from "./operations/Health.ts";

export interface ObserveOptions {
  /** Default: the global provider's meter named `@evalwire/fleet`. */
  readonly meter?: Meter;
}

interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  /** Whether it only rises. */
  readonly isCount?: true;
  readonly of: (health: FleetHealth) => ReadonlyArray<readonly [value: number | null, attributes?: Attributes]>;
}

const measures: ReadonlyArray<Measure> = [
  {
    name: "info",
    unit: "1",
    description: "1, with the version of the NATS server and the format of the feed as attributes",
    of: ({ server, format }) => [
      [1, { "nats.server.version": server.version, "evalwire.feed.format": format.current }],
    ],
  },
  { name: "ready", unit: "1", description: "1 while it serves", of: ({ state }) => [[state === "serving" ? 1 : 0]] },
  { name: "problems", unit: "{problem}", description: "what is wrong", of: ({ problems }) => [[problems.length]] },
  { name: "members", unit: "{member}", description: "replicas that beat", of: ({ members }) => [[members]] },
  { name: "shards.held", unit: "{shard}", description: "shards held here", of: ({ shards }) => [[shards.held.length]] },
  {
    name: "evaluations.published",
    unit: "{evaluation}",
    description: "evaluations that are polled here",
    of: ({ evaluations }) => [[evaluations]],
  },
  {
    name: "evaluations.followed",
    unit: "{evaluation}",
    description: "evaluations that this program follows",
    of: ({ followed }) => [[followed]],
  },
  {
    name: "log.lag",
    unit: "{message}",
    description: "messages of a log that are not read here yet",
    of: ({ lags }) => lags.map(({ shard, behind }) => [behind, { "evalwire.fleet.shard": shard }] as const),
  },
  {
    name: "consumer.lag",
    unit: "{message}",
    description: "messages that no replica has handled yet",
    of: ({ consumers }) => consumers.map(({ name, behind }) => [behind, { "evalwire.fleet.consumer": name }] as const),
  },
  {
    name: "budget.share",
    unit: "{request}/min",
    description: "requests a minute that may be sent without being granted",
    of: ({ budget }) => [[budget.share]],
  },
  {
    name: "requests.admitted",
    unit: "{request}",
    description: "requests that the budget has admitted here",
    isCount: true,
    of: ({ budget }) => [[budget.admitted]],
  },
  {
    name: "requests.waiting",
    unit: "{request}",
    description: "requests that wait for the budget here",
    of: ({ budget }) => [[budget.waiting]],
  },
  {
    name: "halted",
    unit: "ms",
    description: "for how long the platform wants no request",
    of: ({ budget }) => [[budget.haltedMillis]],
  },
  {
    name: "work.done",
    unit: "{piece}",
    description: "pieces of corpora scored here",
    isCount: true,
    of: ({ work }) => [[work.done]],
  },
  {
    name: "elections",
    unit: "{election}",
    description: "epochs won by any replica since this one joined",
    isCount: true,
    of: ({ elections }) => [[elections]],
  },
];

/**
 * Observes a replica until the returned function is called. Throws a `FleetError` at an option that is not known.
 *
 * ```ts
 * const stop = observeFleet(fleet);
 * ```
 */
export const observeFleet = (fleet: HasHealth, options: ObserveOptions = {}): (() => void) => {
  checkOptions<ObserveOptions>("observeFleet", options, { meter: true });
  const { meter = metrics.getMeter("@evalwire/fleet") } = options;
  const instruments = measures.map((measure) => {
    const { name, unit, description, isCount } = measure;
    const make = isCount ? meter.createObservableCounter.bind(meter) : meter.createObservableGauge.bind(meter);
    return { measure, instrument: make(`evalwire.fleet.${name}`, { unit, description }) as Observable };
  });
  const observe = async (result: BatchObservableResult): Promise<void> => {
    const health = await fleet.health();
    const own = { "evalwire.fleet": health.name, "evalwire.fleet.member": health.label };
    for (const { measure, instrument } of instruments) {
      // Unknown values are not reported.
      for (const [value, attributes] of measure.of(health))
        if (value !== null) result.observe(instrument, value, { ...own, ...attributes });
    }
  };
  const all = instruments.map(({ instrument }) => instrument);
  meter.addBatchObservableCallback(observe, all);
  return () => meter.removeBatchObservableCallback(observe, all);
};
