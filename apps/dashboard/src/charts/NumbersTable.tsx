import { Scroll } from "../pages/Scroll.tsx";

interface NumbersProps {
  readonly caption: string;
  readonly names: ReadonlyArray<string>;
  readonly rows: ReadonlyArray<ReadonlyArray<string | number>>;
}

/** What a chart shows, in figures, for those who cannot see it or want to copy it. */
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
