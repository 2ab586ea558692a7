/** What a figure is drawn with: the same strokes on a canvas and in an SVG file. */
import type { Run } from "../text.ts";
import type { Shape } from "./model.ts";
import type { Raster } from "./raster.ts";

interface Stroke {
  colour: string;
  width: number;
  dash?: readonly number[];
  opacity?: number;
}

interface TextStyle {
  size: number;
  colour: string;
  align?: "start" | "middle" | "end";
  baseline?: "middle" | "top" | "bottom";
  weight?: number;
  /** quarter turn anticlockwise, for vertical axes */
  upright?: boolean;
}

/** Lengths in the pen's own unit: CSS pixels on a canvas, points in SVG. NaN in a line breaks it. */
export interface Pen {
  measure(runs: readonly Run[], size: number): number;
  line(x: ArrayLike<number>, y: ArrayLike<number>, stroke: Stroke): void;
  area(x: ArrayLike<number>, y: ArrayLike<number>, colour: string, opacity: number): void;
  /** slanted lines inside the outline */
  hatch(x: ArrayLike<number>, y: ArrayLike<number>, stroke: Stroke, gap: number): void;
  rectangle(x: number, y: number, width: number, height: number, colour: string, opacity?: number): void;
  symbol(shape: Shape, x: number, y: number, radius: number, colour: string, opacity?: number): void;
  text(runs: readonly Run[], x: number, y: number, style: TextStyle): void;
  /** pixels stay square-edged however large they are drawn */
  image(raster: Raster, x: number, y: number, width: number, height: number): void;
  /** pixels per unit of length that an image should have */
  readonly resolution: number;
  clipped(x: number, y: number, width: number, height: number, draw: () => void): void;
}

/** Slanted lines over the box around an outline, as one broken line. */
export function slanted(x: ArrayLike<number>, y: ArrayLike<number>, gap: number): { x: number[]; y: number[] } {
  let [left, right, top, bottom] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < x.length; i++) {
    if (!(Number.isFinite(x[i]!) && Number.isFinite(y[i]!))) continue;
    left = Math.min(left, x[i]!);
    right = Math.max(right, x[i]!);
    top = Math.min(top, y[i]!);
    bottom = Math.max(bottom, y[i]!);
  }
  const lines = { x: [] as number[], y: [] as number[] };
  const height = bottom - top;
  if (!(right >= left && height >= 0) || (right - left + height) / gap > 5000) return lines;
  // on a common grid, so that neighbouring areas continue one another
  for (let c = Math.ceil((left + top) / gap) * gap; c <= right + bottom; c += gap) {
    lines.x.push(c - top, c - bottom, Number.NaN);
    lines.y.push(top, bottom, Number.NaN);
  }
  return lines;
}

const FONT = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** A ring is larger than a disc, so that one around the other shows both. */
export const RING = 1.3;

/** Size and drop of a shifted run, relative to the text's size. */
export const SHIFTED = { size: 0.72, drop: 0.22, rise: 0.34 } as const;

const bitmaps = new WeakMap<Raster, HTMLCanvasElement>();

/** The raster as a canvas, made once. */
function bitmapOf(raster: Raster): HTMLCanvasElement {
  let bitmap = bitmaps.get(raster);
  if (bitmap) return bitmap;
  bitmap = document.createElement("canvas");
  bitmap.width = raster.width;
  bitmap.height = raster.height;
  const context = bitmap.getContext("2d");
  const image = context?.createImageData(raster.width, raster.height);
  if (context && image) {
    // the order of bytes in memory is that of all machines that run browsers: red first
    const words = new Uint32Array(image.data.buffer);
    const table = Uint32Array.from({ length: 256 }, (_, i) =>
      i === 0 ? 0 : (0xff000000 | (raster.colours[3 * i + 2]! << 16) | (raster.colours[3 * i + 1]! << 8) | raster.colours[3 * i]!) >>> 0,
    );
    for (let i = 0; i < words.length; i++) words[i] = table[raster.pixels[i]!]!;
    context.putImageData(image, 0, 0);
  }
  bitmaps.set(raster, bitmap);
  return bitmap;
}

export function canvasPen(context: CanvasRenderingContext2D): Pen {
  const font = (size: number, weight = 400): string => `${weight} ${size}px ${FONT}`;
  const measure = (runs: readonly Run[], size: number, weight = 400): number => {
    let width = 0;
    for (const run of runs) {
      context.font = font(run.shift === 0 ? size : size * SHIFTED.size, weight);
      width += context.measureText(run.text).width;
    }
    return width;
  };
  const trace = (x: ArrayLike<number>, y: ArrayLike<number>): void => {
    context.beginPath();
    let open = false;
    for (let i = 0; i < x.length; i++) {
      const px = x[i]!;
      const py = y[i]!;
      if (!(Number.isFinite(px) && Number.isFinite(py))) open = false;
      else if (open) context.lineTo(px, py);
      else {
        context.moveTo(px, py);
        open = true;
      }
    }
  };
  return {
    measure,
    line(x, y, stroke) {
      trace(x, y);
      context.strokeStyle = stroke.colour;
      context.lineWidth = stroke.width;
      context.lineJoin = "round";
      context.lineCap = "butt";
      context.setLineDash([...(stroke.dash ?? [])]);
      context.globalAlpha = stroke.opacity ?? 1;
      context.stroke();
      context.globalAlpha = 1;
    },
    area(x, y, colour, opacity) {
      trace(x, y);
      context.closePath();
      context.fillStyle = colour;
      context.globalAlpha = opacity;
      context.fill();
      context.globalAlpha = 1;
    },
    hatch(x, y, stroke, gap) {
      context.save();
      trace(x, y);
      context.closePath();
      context.clip();
      const lines = slanted(x, y, gap);
      this.line(lines.x, lines.y, stroke);
      context.restore();
    },
    rectangle(x, y, width, height, colour, opacity = 1) {
      context.fillStyle = colour;
      context.globalAlpha = opacity;
      context.fillRect(x, y, width, height);
      context.globalAlpha = 1;
    },
    symbol(shape, x, y, radius, colour, opacity = 1) {
      context.setLineDash([]);
      context.globalAlpha = opacity;
      context.beginPath();
      if (shape === "square") context.rect(x - radius * 0.9, y - radius * 0.9, radius * 1.8, radius * 1.8);
      else if (shape === "diamond") {
        const r = radius * 1.25;
        context.moveTo(x, y - r);
        context.lineTo(x + r, y);
        context.lineTo(x, y + r);
        context.lineTo(x - r, y);
        context.closePath();
      } else context.arc(x, y, shape === "ring" ? radius * RING : radius, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.strokeStyle = colour;
      context.lineWidth = radius * 0.42;
      if (shape === "ring") context.stroke();
      else context.fill();
      context.globalAlpha = 1;
    },
    text(runs, x, y, style) {
      const width = measure(runs, style.size, style.weight);
      context.save();
      context.translate(x, y);
      if (style.upright) context.rotate(-Math.PI / 2);
      context.fillStyle = style.colour;
      context.textAlign = "left";
      context.textBaseline = "alphabetic";
      const down = style.baseline === "top" ? 0.76 : style.baseline === "bottom" ? -0.2 : 0.36;
      let px = style.align === "end" ? -width : style.align === "start" ? 0 : -width / 2;
      for (const run of runs) {
        const size = run.shift === 0 ? style.size : style.size * SHIFTED.size;
        context.font = font(size, style.weight);
        const shift = run.shift < 0 ? SHIFTED.drop : run.shift > 0 ? -SHIFTED.rise : 0;
        context.fillText(run.text, px, (down + shift) * style.size);
        px += context.measureText(run.text).width;
      }
      context.restore();
    },
    image(raster, x, y, width, height) {
      context.imageSmoothingEnabled = false;
      context.drawImage(bitmapOf(raster), x, y, width, height);
    },
    resolution: context.getTransform().a,
    clipped(x, y, width, height, draw) {
      context.save();
      context.beginPath();
      context.rect(x, y, width, height);
      context.clip();
      draw();
      context.restore();
    },
  };
}
