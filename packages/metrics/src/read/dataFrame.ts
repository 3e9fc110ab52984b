/** Rows of a JSON document that is a table without a list of rows: each column listed, or rows and columns under their names. */

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isNumber = (key: string): boolean => /^-?\d+$/.test(key);

/** Each column is a list, as `to_dict` of Argilla and others writes it. */
const ofLists = (document: Fields): ReadonlyArray<unknown> | undefined => {
  const columns = Object.entries(document);
  const [first] = columns;
  if (columns.length < 2 || !Array.isArray(first?.[1]) || first[1].length === 0) return undefined;
  const { length } = first[1];
  if (!columns.every(([, values]) => Array.isArray(values) && values.length === length)) return undefined;
  // Nothing but objects: several lists of records.
  if (columns.every(([, values]) => (values as Array<unknown>).every(isObject))) return undefined;
  return first[1].map((_, row) =>
    Object.fromEntries(columns.map(([key, values]) => [key, (values as Array<unknown>)[row]])),
  );
};

const haveSameKeys = (all: ReadonlyArray<Fields>, least: number): boolean => {
  const keys = Object.keys(all[0]!);
  return (
    keys.length >= least &&
    all.every((one) => Object.keys(one).length === keys.length && keys.every((key) => Object.hasOwn(one, key)))
  );
};

/** The key of a row is its id, unless it has one. */
const withId = (key: string, row: Fields): Fields => (Object.hasOwn(row, "id") ? row : { id: key, ...row });

/** Each column has its values by the number of the row: the default of pandas' `to_json`. */
const ofColumns = (columns: ReadonlyArray<readonly [string, Fields]>): ReadonlyArray<unknown> | undefined => {
  const [first] = columns;
  if (columns.length < 2 || !Object.keys(first![1]).every(isNumber)) return undefined;
  if (
    !haveSameKeys(
      columns.map(([, values]) => values),
      1,
    )
  )
    return undefined;
  return Object.keys(first![1]).map((row) =>
    withId(row, Object.fromEntries(columns.map(([key, values]) => [key, values[row]]))),
  );
};

/** So many fields in common make objects rows, where their keys are no numbers. */
const fieldsOfRows = 3;

/** Rows by their number or id: `orient="index"`. */
const ofRows = (rows: ReadonlyArray<readonly [string, Fields]>): ReadonlyArray<unknown> | undefined => {
  const values = rows.map(([, row]) => row);
  const areNumbered = rows.every(([key]) => isNumber(key));
  return areNumbered || (values.length > 1 && haveSameKeys(values, fieldsOfRows))
    ? rows.map(([key, row]) => withId(key, row))
    : undefined;
};

/** `undefined` where the document is none of these. */
export const rowsOfTable = (document: Fields): ReadonlyArray<unknown> | undefined => {
  const entries = Object.entries(document);
  const objects = entries.filter((entry): entry is [string, Fields] => isObject(entry[1]));
  if (objects.length === 0 || objects.length < entries.length) return ofLists(document);
  return ofColumns(objects) ?? ofRows(objects);
};
