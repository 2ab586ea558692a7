import { ThioscopeError } from "../errors.ts";

/** Control volumes over a layer. */
export interface Grid {
  /** m */
  widths: Float64Array;
  centres: Float64Array;
}

const MOST_CELLS = 2000;

/**
 * `cells` widths that grow geometrically from the separator to the collector.
 *
 * @param grading last width over first
 */
export function gradedGrid(length: number, cells: number, grading: number): Grid {
  if (!(Number.isInteger(cells) && cells >= 1 && cells <= MOST_CELLS))
    throw new ThioscopeError("INVALID_INPUT", `${cells} control volumes: 1 to ${MOST_CELLS} are possible`);
  const widths = Float64Array.from({ length: cells }, (_, i) => grading ** (cells === 1 ? 0 : i / (cells - 1)));
  const scale = length / widths.reduce((a, b) => a + b, 0);
  const centres = new Float64Array(cells);
  let at = 0;
  for (let i = 0; i < cells; i++) {
    widths[i] = widths[i]! * scale;
    centres[i] = at + widths[i]! / 2;
    at += widths[i]!;
  }
  return { widths, centres };
}
