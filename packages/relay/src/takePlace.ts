/**
 * Places for streams. Over HTTP/1.1 a browser opens six connections to an origin, for all its tabs together: with as many streams open every call,
 * and every further tab, would wait. So streams take at most four of them, counted by Web Locks; HTTP/2 and HTTP/3 have no such limit.
 */
const places = 4;

interface Scope {
  readonly navigator?: {
    readonly locks?: {
      request(
        name: string,
        options: { readonly ifAvailable: true },
        held: (lock: unknown) => Promise<void> | undefined,
      ): Promise<unknown>;
    };
  };
  readonly performance?: {
    getEntriesByType?(type: "navigation"): ReadonlyArray<{ readonly nextHopProtocol?: string }>;
  };
}

/** A page that came over HTTP/1.1, or from a cache: then it does not say. Elsewhere there is no page. */
const isLimited = ({ performance }: Scope): boolean => {
  const page = performance?.getEntriesByType?.("navigation")[0];
  return page !== undefined && !/^h[23]/.test(page.nextHopProtocol ?? "");
};

const free = () => undefined;

/** Takes a place if there is one: resolves with what gives it back, or with `undefined`. Never rejects. */
export const takePlace = async (): Promise<(() => void) | undefined> => {
  const scope = globalThis as unknown as Scope;
  const locks = scope.navigator?.locks;
  if (locks === undefined || !isLimited(scope)) return free;
  for (let place = 1; place <= places; place++) {
    const leave = await new Promise<(() => void) | undefined>((resolve) => {
      const held = (lock: unknown): Promise<void> | undefined => {
        if (lock !== null) return new Promise<void>((giveBack) => resolve(giveBack));
        resolve(undefined);
        return undefined;
      };
      // A page that is being left gets no locks.
      locks.request(`evalwire/stream/${place}`, { ifAvailable: true }, held).catch(() => resolve(free));
    });
    if (leave !== undefined) return leave;
  }
  return undefined;
};
