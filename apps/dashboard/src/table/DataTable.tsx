// biome-ignore-all lint/a11y/useSemanticElements: rows are laid out by grid and only the visible ones exist, so roles say what the elements cannot.
// biome-ignore-all lint/a11y/useFocusableInteractive: these roles are not interactive; their links, buttons and boxes are.
// biome-ignore-all lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard (WCAG 2.1.1).
/** A table of any number of rows, of which only the visible ones are in the page. */
import { type ColumnDef, tableFeatures, useTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type FocusEvent, memo, type ReactNode, useMemo, useRef, useState } from "react";
import { useHeldOrder } from "./useHeldOrder.ts";

export interface DataColumn<T> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: T) => ReactNode;
  /** As CSS grid takes it, e.g. `minmax(10rem, 2fr)`. */
  readonly width: string;
  readonly isNumber?: boolean;
  readonly isSortable?: boolean;
}

export interface DataTableProps<T> {
  readonly label: string;
  readonly rows: ReadonlyArray<T>;
  readonly keyOf: (row: T) => string;
  /** The row of a key as it is now; for rows whose order is held while the reader points at them. */
  readonly latest: (key: string) => T | undefined;
  /** The first one names the row. */
  readonly columns: ReadonlyArray<DataColumn<T>>;
  readonly sort?: { readonly id: string; readonly isDescending: boolean };
  readonly onSort?: (id: string) => void;
  readonly selected?: ReadonlySet<string>;
  readonly onSelect?: (keys: ReadonlyArray<string>, isSelected: boolean) => void;
  readonly toneOf?: (row: T) => string;
  readonly empty: ReactNode;
}

/** In pixels, by the size of text. */
const heightOfRows = (): number => 2.5 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
const features = tableFeatures({});

export const DataTable = <T,>(props: DataTableProps<T>) => {
  const { label, keyOf, latest, columns, sort, onSort, selected, onSelect, toneOf, empty } = props;
  const [isHeld, setIsHeld] = useState(false);
  const isPointedAt = useRef(false);
  const rows = useHeldOrder(props.rows, keyOf, latest, isHeld);
  const scroller = useRef<HTMLDivElement>(null);
  const [rowHeight] = useState(heightOfRows);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    initialRect: { width: 800, height: 600 },
  });
  const shown = virtual.getVirtualItems();
  const data = shown.map(({ index }) => rows[index]!);
  const defs = useMemo(
    () =>
      columns.map(
        (column): ColumnDef<typeof features, T & object> => ({
          id: column.id,
          header: column.header,
          cell: ({ row }) => column.cell(row.original),
        }),
      ),
    [columns],
  );
  const table = useTable({ features, columns: defs, data: data as Array<T & object>, getRowId: keyOf });
  const template = `${onSelect === undefined ? "" : "2.5rem "}${columns.map(({ width }) => width).join(" ")}`;
  const areAll = selected !== undefined && rows.length > 0 && rows.every((row) => selected.has(keyOf(row)));
  if (rows.length === 0) return empty;
  const point = () => {
    isPointedAt.current = true;
    setIsHeld(true);
  };
  const hold = {
    // Not `onPointerEnter`: rows that come under a resting pointer, as when a dialog above them closes, are not pointed at.
    onPointerMove: point,
    onPointerDown: point,
    onWheel: point,
    onPointerLeave: () => {
      isPointedAt.current = false;
      setIsHeld(false);
    },
    // Keyboard focus in a row also keeps the rows from moving; a click leaves the focus behind and does not.
    onFocus: ({ target }: FocusEvent<HTMLElement>) => target.matches(":focus-visible") && setIsHeld(true),
    onBlur: ({ currentTarget, relatedTarget }: FocusEvent<HTMLElement>) =>
      currentTarget.contains(relatedTarget) || setIsHeld(isPointedAt.current),
  };
  return (
    <>
      <div className="grid-scroll" ref={scroller} role="region" aria-label={`${label}, scrolling`} tabIndex={0}>
        <div
          role="table"
          aria-label={label}
          aria-rowcount={rows.length + 1}
          className="grid"
          style={{ "--columns": template, "--row-height": `${rowHeight}px` } as React.CSSProperties}
        >
          <div role="rowgroup" className="grid-head">
            {table.getHeaderGroups().map((group) => (
              <div role="row" aria-rowindex={1} className="grid-row" key={group.id}>
                {onSelect !== undefined && (
                  <div role="columnheader">
                    <input
                      type="checkbox"
                      aria-label={`Select all ${rows.length}`}
                      checked={areAll}
                      onChange={({ target }) => onSelect(rows.map(keyOf), target.checked)}
                    />
                  </div>
                )}
                {group.headers.map((header, index) => (
                  <Header key={header.id} column={columns[index]!} sort={sort} onSort={onSort} />
                ))}
              </div>
            ))}
          </div>
          <div role="rowgroup" className="grid-body" style={{ height: virtual.getTotalSize() }} {...hold}>
            {table.getRowModel().rows.map((row, position) => {
              const { index, start } = shown[position]!;
              return (
                <div
                  role="row"
                  key={row.id}
                  aria-rowindex={index + 2}
                  className={`grid-row ${toneOf?.(row.original) ?? ""}`}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  {onSelect !== undefined && (
                    <div role="cell">
                      <input
                        type="checkbox"
                        aria-label="Select this row"
                        checked={selected?.has(row.id) ?? false}
                        onChange={({ target }) => onSelect([row.id], target.checked)}
                      />
                    </div>
                  )}
                  {row.getAllCells().map((cell, at) => (
                    <div
                      role={at === 0 ? "rowheader" : "cell"}
                      key={cell.id}
                      className={columns[at]!.isNumber === true ? "number" : ""}
                    >
                      <table.FlexRender cell={cell} />
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      <p className="quiet held-note">
        {isHeld ? "The order is held while you are in the table." : `${rows.length} shown`}
      </p>
    </>
  );
};

interface HeaderProps<T> {
  readonly column: DataColumn<T>;
  readonly sort: DataTableProps<T>["sort"];
  readonly onSort: DataTableProps<T>["onSort"];
}

const Header = memo(<T,>({ column: { id, header, isNumber, isSortable }, sort, onSort }: HeaderProps<T>) => {
  const isSorted = sort?.id === id;
  const order = isSorted ? (sort.isDescending ? "descending" : "ascending") : "none";
  const className = isNumber === true ? "number" : "";
  if (onSort === undefined || isSortable === false) {
    return (
      <div role="columnheader" className={className}>
        {header}
      </div>
    );
  }
  return (
    <div role="columnheader" aria-sort={order} className={className}>
      <button type="button" className="bare sort" onClick={() => onSort(id)}>
        {header}
        <span aria-hidden="true">{isSorted ? (sort.isDescending ? " ▼" : " ▲") : ""}</span>
      </button>
    </div>
  );
}) as <T>(props: HeaderProps<T>) => ReactNode;
