/** Work that is done in JavaScript until something faster is installed, which gives the same numbers. */
export interface Replaceable<A> {
  /** The value in use. */
  current: A;
  readonly javaScript: A;
}

export const replaceable = <A>(javaScript: A): Replaceable<A> => ({ current: javaScript, javaScript });

/** Puts something else in use; without it, JavaScript again. */
export const use = <A>(what: Replaceable<A>, other: A = what.javaScript): void => {
  what.current = other;
};
