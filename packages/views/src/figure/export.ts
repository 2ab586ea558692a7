/** Figures as files: SVG at journal column widths, PNG for slides. */
import { draw, layout } from "./draw.ts";
import type { Figure } from "./model.ts";
import { PAPER } from "./palette.ts";
import { canvasPen } from "./pen.ts";
import { svgPen } from "./svg.ts";

const POINTS_PER_MM = 72 / 25.4;

/** One column and two columns of most journals, mm. */
export const JOURNAL_WIDTHS = [85, 170] as const;
export type JournalWidth = (typeof JOURNAL_WIDTHS)[number];

/** Sizes that figures are exported in: text 7.5 pt (labels) and 7 pt (ticks) in print, larger on slides. */
export const FIGURE_PRESETS = {
  "85mm": { label: "one column (85 mm)", widthMm: 85, fontSize: 7.5, stroke: 0.8, height: (aspect: number) => aspect },
  "170mm": { label: "two columns (170 mm)", widthMm: 170, fontSize: 7.5, stroke: 0.8, height: (aspect: number) => 0.6 * aspect },
  slide: { label: "slide (254 mm, 16:9)", widthMm: 254, fontSize: 16, stroke: 1.8, height: () => 9 / 16 },
} as const;
export type FigurePreset = keyof typeof FIGURE_PRESETS;

function paperOptions(figure: Figure, preset: FigurePreset): Parameters<typeof draw>[2] {
  const { widthMm, fontSize, stroke, height } = FIGURE_PRESETS[preset];
  const width = widthMm * POINTS_PER_MM;
  return { width, height: width * height(figure.aspect ?? 0.72), palette: PAPER, fontSize, stroke, paper: true };
}

/** The figure as an SVG file, `size` wide. */
export function figureToSvg(figure: Figure, title: string, size: JournalWidth | FigurePreset): string {
  const preset = typeof size === "number" ? (`${size}mm` as const) : size;
  const options = paperOptions(figure, preset);
  const pen = svgPen();
  draw(layout(figure, pen, options), pen, options);
  return pen.file(options.width, options.height, FIGURE_PRESETS[preset].widthMm, title);
}

/** The figure as PNG on white. */
export async function figureToPng(figure: Figure, preset: FigurePreset = "170mm", dotsPerInch = 300): Promise<Blob> {
  const options = paperOptions(figure, preset);
  const scale = dotsPerInch / 72;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(options.width * scale);
  canvas.height = Math.round(options.height * scale);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser gives no canvas to draw the PNG on");
  context.fillStyle = PAPER.surface;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(scale, scale);
  const pen = canvasPen(context);
  draw(layout(figure, pen, options), pen, options);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the PNG could not be made"))), "image/png"),
  );
}
