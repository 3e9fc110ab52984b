import { Scroll } from "../pages/Scroll.tsx";

interface NumbersProps {
  readonly caption: string;
  readonly names: ReadonlyArray<string>;
  readonly rows: ReadonlyArray<ReadonlyArray<string | number>>;
}

/** The figures of a chart, for readers who cannot see it or want to copy them. */
export const NumbersTable = ({ caption, names, rows }: NumbersProps) => (
  <details className="numbers">
    <summary>{caption} in figures</summary>
    <Scroll label={`${caption} in figures`}>
      <table>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((value, at) => (
                <td key={names[at]} className="number">
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  </details>
);
