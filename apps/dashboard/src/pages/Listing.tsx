import type { ReactNode } from "react";
import { csvOf, download } from "../model/csv.ts";
import { Scroll } from "./Scroll.tsx";

export interface ListColumn {
  readonly header: string;
  readonly isNumber?: boolean;
}

interface ListingProps {
  readonly label: string;
  readonly columns: ReadonlyArray<ListColumn>;
  /** Its rows. */
  readonly children: ReactNode;
}

/** A table of few enough rows to be in the page at once. */
export const Listing = ({ label, columns, children }: ListingProps) => (
  <Scroll label={label}>
    <table className="list">
      <thead>
        <tr>
          {columns.map(({ header, isNumber }) => (
            <th key={header} scope="col" className={isNumber === true ? "number" : ""}>
              {header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </Scroll>
);

interface SaveProps {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly columns: ReadonlyArray<string>;
  /** Made when the reader wants them. */
  readonly rows: () => Iterable<ReadonlyArray<unknown>>;
  readonly isDisabled: boolean;
}

export const SaveCsv = ({ name, columns, rows, isDisabled }: SaveProps) => (
  <button type="button" disabled={isDisabled} onClick={() => download(`${name}.csv`, csvOf(columns, rows()))}>
    Save as CSV
  </button>
);

interface SearchProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
}

export const SearchField = ({ value, onChange }: SearchProps) => (
  <label>
    Search <input type="search" value={value} onChange={({ target }) => onChange(target.value)} />
  </label>
);

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  /** Values with what they are called; the first is the one that narrows nothing. */
  readonly options: ReadonlyArray<readonly [value: string, text: string]>;
  readonly onChange: (value: string) => void;
}

export const ChoiceField = ({ label, value, options, onChange }: ChoiceProps) => (
  <label>
    {label}{" "}
    <select value={value} onChange={({ target }) => onChange(target.value)}>
      {options.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  </label>
);

/** People by name, behind "Everyone". */
export const peopleOptions = (people: ReadonlyArray<string>): ChoiceProps["options"] => [
  ["", "Everyone"],
  ...people.map((each) => [each, each] as const),
];
