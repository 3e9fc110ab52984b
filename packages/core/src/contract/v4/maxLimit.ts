/** The most items one page of v4 can hold. */
export const maxLimit = 10_000;
