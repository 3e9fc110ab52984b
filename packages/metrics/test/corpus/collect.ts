/** Everything an iterable gives. (`Array.fromAsync` is younger than the oldest Node this package runs on.) */
export const collect = async <A>(source: AsyncIterable<A>): Promise<Array<A>> => {
  const all: Array<A> = [];
  for await (const one of source) all.push(one);
  return all;
};
