interface MeterProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
}

/** A thin bar with its figure beside it. */
export const Meter = ({ label, value, max }: MeterProps) => (
  <span className="meter">
    <span
      className="meter-track"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={value}
      aria-valuetext={`${value} of ${max}`}
    >
      <span className="meter-fill" style={{ width: `${max === 0 ? 0 : (100 * value) / max}%` }} />
    </span>
    <span className="number">
      {value} / {max}
    </span>
  </span>
);
