/**
 * A map as pixels. Cells of any width become pixels of one size; where several cells fall into a pixel it has
 * their mean, so that a thin ring on a large image stays visible on a small plot.
 */
import type { Numbers } from "@thioscope/core/story";
import { colourTable, LEVELS, placeOnScale } from "./colours.ts";
import type { ColourScale } from "./model.ts";

/** Pixels row by row from the top left; each a place in `colours` (see `colourTable`), 0 where nothing is drawn. */
export interface Raster {
  width: number;
  height: number;
  pixels: Uint8Array;
  colours: Uint8Array;
  /** a cell inside has no value */
  holes: boolean;
}

/** Values as they are, or as numbers: JSON turned what was no number into null. */
function cellsOf(values: Numbers): Numbers {
  if (ArrayBuffer.isView(values)) return values;
  return Float64Array.from(values as ArrayLike<number | null>, (value) => value ?? Number.NaN);
}

/** First and last cell of each pixel; −1 outside. `edges` in pixels, ascending or descending. */
function cellsPerPixel(edges: Float64Array, size: number): { first: Int32Array; last: Int32Array } {
  const first = new Int32Array(size).fill(-1);
  const last = new Int32Array(size).fill(-1);
  const take = (pixel: number, cell: number): void => {
    if (pixel < 0 || pixel >= size) return;
    if (first[pixel]! < 0) first[pixel] = cell;
    last[pixel] = cell;
  };
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let cell = 0; cell + 1 < edges.length; cell++) {
    const low = Math.min(edges[cell]!, edges[cell + 1]!);
    const high = Math.max(edges[cell]!, edges[cell + 1]!);
    if (!(Number.isFinite(low) && Number.isFinite(high))) continue;
    least = Math.min(least, low);
    most = Math.max(most, high);
    if (high - low < 1) take(Math.floor((low + high) / 2), cell);
    else {
      const end = Math.min(size, Math.ceil(high - 0.5));
      for (let pixel = Math.max(0, Math.ceil(low - 0.5)); pixel < end; pixel++) take(pixel, cell);
    }
  }
  // rounding may leave a pixel between two cells: it goes with its neighbour
  for (let pixel = 1; pixel < size; pixel++) {
    if (first[pixel]! >= 0 || first[pixel - 1]! < 0 || pixel + 0.5 < least || pixel + 0.5 > most) continue;
    first[pixel] = last[pixel - 1]!;
    last[pixel] = last[pixel - 1]!;
  }
  return { first, last };
}

/**
 * @param values row by row, (columnEdges − 1) × (rowEdges − 1)
 * @param columnEdges, rowEdges edges of the cells in pixels of the raster
 */
export function rasterOf(
  values: Numbers,
  columnEdges: Float64Array,
  rowEdges: Float64Array,
  scale: ColourScale,
  width: number,
  height: number,
): Raster {
  const cells = cellsOf(values);
  const columns = columnEdges.length - 1;
  const across = cellsPerPixel(columnEdges, width);
  const down = cellsPerPixel(rowEdges, height);
  const pixels = new Uint8Array(width * height);
  let holes = false;
  for (let py = 0; py < height; py++) {
    const top = down.first[py]!;
    if (top < 0) continue;
    const bottom = down.last[py]!;
    // rows of pixels inside one row of cells are alike
    if (py > 0 && down.first[py - 1] === top && down.last[py - 1] === bottom) {
      pixels.copyWithin(py * width, (py - 1) * width, py * width);
      continue;
    }
    for (let px = 0; px < width; px++) {
      const left = across.first[px]!;
      if (left < 0) continue;
      const right = across.last[px]!;
      let sum = 0;
      let count = 0;
      for (let row = top; row <= bottom; row++) {
        const start = row * columns;
        for (let column = left; column <= right; column++) {
          const value = cells[start + column]!;
          if (value - value !== 0) continue;
          sum += value;
          count++;
        }
      }
      if (count === 0) {
        holes = true;
        continue;
      }
      const place = placeOnScale(scale, sum / count);
      pixels[py * width + px] = 1 + Math.round(Math.max(0, Math.min(1, place)) * (LEVELS - 1));
    }
  }
  return { width, height, pixels, colours: colourTable(scale.colours), holes };
}
