/** The measures that the charts share, in the units of their view boxes. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export const frame = (width: number, height: number): Frame => ({
  width,
  height,
  left: 44,
  right: width - 12,
  top: 12,
  bottom: height - 26,
});
