/** The part of a long list that is drawn, and the heights of what is left out above and below it, in pixels. */
export interface Slice {
  first: number;
  /** Behind the last row that is drawn. */
  end: number;
  above: number;
  below: number;
}

/** Where each row of these heights begins, the first one at `top`; the last value is where they end. */
export function offsetsOf(heights: readonly number[], top = 0): number[] {
  const offsets = [top];
  for (const height of heights) offsets.push((offsets.at(-1) as number) + height);
  return offsets;
}

/** The rows to draw where `top` to `top + height` of the list is seen, with `margin` pixels more on both sides. */
export function sliceOf(offsets: readonly number[], top: number, height: number, margin: number): Slice {
  const count = offsets.length - 1;
  const total = offsets[count] as number;
  const first = Math.min(rowAt(offsets, top - margin), count);
  const end = Math.min(rowAt(offsets, top + height + margin) + 1, count);
  return { first, end, above: offsets[first] as number, below: total - (offsets[end] as number) };
}

/** The row that is at a height of the list: the first one above it, the number of rows below it. */
export function rowAt(offsets: readonly number[], y: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle + 1] as number) > y) high = middle;
    else low = middle + 1;
  }
  return low;
}
