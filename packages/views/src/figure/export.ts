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

/** Text is 7.5 pt (axis labels) and 7 pt (ticks) at both widths, curves 0.8 pt. */
function paperOptions(figure: Figure, widthMm: JournalWidth): Parameters<typeof draw>[2] {
  const width = widthMm * POINTS_PER_MM;
  const aspect = figure.aspect ?? 0.72;
  return { width, height: width * (widthMm === 85 ? aspect : aspect * 0.6), palette: PAPER, fontSize: 7.5, stroke: 0.8, paper: true };
}

/** The figure as an SVG file, `widthMm` wide. */
export function figureToSvg(figure: Figure, title: string, widthMm: JournalWidth): string {
  const options = paperOptions(figure, widthMm);
  const pen = svgPen();
  draw(layout(figure, pen, options), pen, options);
  return pen.file(options.width, options.height, widthMm, title);
}

/** The figure as PNG, 170 mm wide at 300 dots per inch, on white. */
export async function figureToPng(figure: Figure): Promise<Blob> {
  const options = paperOptions(figure, 170);
  const scale = 300 / 72;
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
