/**
 * The pen that writes SVG: text stays text (Arial or Helvetica at the size asked for), curves stay curves, so
 * that a journal's production can set and edit them. Lengths are points (1/72 inch).
 */
import type { Run } from "../text.ts";
import { type Pen, RING, SHIFTED, slanted } from "./pen.ts";
import { pngAddress } from "./png.ts";

const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!);
const short = (value: number): string => (Math.round(value * 100) / 100).toString();

/** Width of a text in Arial, em (Adobe Helvetica metrics, rounded by class of letters). */
function emWidth(text: string): number {
  let sum = 0;
  for (const c of text) {
    if (/[0-9a-bd-eg-hkn-qsuvxyL]/.test(c)) sum += 0.556;
    else if (/[ftI()/.,:; −-]/.test(c)) sum += c === "−" ? 0.584 : 0.29;
    else if (/[ijl'|]/.test(c)) sum += 0.222;
    else if (/[mMW%]/.test(c)) sum += 0.85;
    else if (/[A-Z]/.test(c)) sum += 0.69;
    else sum += 0.5;
  }
  return sum;
}

/** Collects strokes; `text(width, height)` gives the file. */
export function svgPen(): Pen & { file(width: number, height: number, widthMm: number, title: string): string } {
  const body: string[] = [];
  let clips = 0;
  const measure = (runs: readonly Run[], size: number): number =>
    runs.reduce((sum, run) => sum + emWidth(run.text) * size * (run.shift === 0 ? 1 : SHIFTED.size), 0);
  const path = (x: ArrayLike<number>, y: ArrayLike<number>): string => {
    let d = "";
    let open = false;
    let lastX = 0;
    let lastY = 0;
    for (let i = 0; i < x.length; i++) {
      const px = x[i]!;
      const py = y[i]!;
      if (!(Number.isFinite(px) && Number.isFinite(py))) {
        open = false;
        continue;
      }
      // closer than a tenth of a point cannot be seen in print
      if (open && i < x.length - 1 && Math.abs(px - lastX) < 0.1 && Math.abs(py - lastY) < 0.1) continue;
      d += `${open ? "L" : "M"}${short(px)} ${short(py)}`;
      open = true;
      lastX = px;
      lastY = py;
    }
    return d;
  };
  return {
    measure,
    line(x, y, stroke) {
      const d = path(x, y);
      if (d === "") return;
      const dash = stroke.dash?.length ? ` stroke-dasharray="${stroke.dash.map(short).join(" ")}"` : "";
      const opacity = stroke.opacity !== undefined && stroke.opacity < 1 ? ` stroke-opacity="${short(stroke.opacity)}"` : "";
      body.push(
        `<path d="${d}" fill="none" stroke="${stroke.colour}" stroke-width="${short(stroke.width)}" stroke-linejoin="round"${dash}${opacity}/>`,
      );
    },
    area(x, y, colour, opacity) {
      const d = path(x, y);
      if (d !== "") body.push(`<path d="${d}Z" fill="${colour}" fill-opacity="${short(opacity)}"/>`);
    },
    hatch(x, y, stroke, gap) {
      const outline = path(x, y);
      if (outline === "") return;
      const id = `clip${++clips}`;
      body.push(`<clipPath id="${id}"><path d="${outline}Z"/></clipPath><g clip-path="url(#${id})">`);
      const lines = slanted(x, y, gap);
      this.line(lines.x, lines.y, stroke);
      body.push("</g>");
    },
    rectangle(x, y, width, height, colour, opacity = 1) {
      body.push(
        `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="${colour}"${opacity < 1 ? ` fill-opacity="${short(opacity)}"` : ""}/>`,
      );
    },
    symbol(shape, x, y, radius, colour, opacity = 1) {
      const look =
        (shape === "ring" ? `fill="none" stroke="${colour}" stroke-width="${short(radius * 0.42)}"` : `fill="${colour}"`) +
        (opacity < 1 ? ` opacity="${short(opacity)}"` : "");
      if (shape === "square") {
        const r = radius * 0.9;
        body.push(`<rect x="${short(x - r)}" y="${short(y - r)}" width="${short(2 * r)}" height="${short(2 * r)}" ${look}/>`);
      } else if (shape === "diamond") {
        const r = radius * 1.25;
        body.push(
          `<path d="M${short(x)} ${short(y - r)}L${short(x + r)} ${short(y)}L${short(x)} ${short(y + r)}L${short(x - r)} ${short(y)}Z" ${look}/>`,
        );
      } else body.push(`<circle cx="${short(x)}" cy="${short(y)}" r="${short(shape === "ring" ? radius * RING : radius)}" ${look}/>`);
    },
    text(runs, x, y, style) {
      const down = (style.baseline === "top" ? 0.76 : style.baseline === "bottom" ? -0.2 : 0.36) * style.size;
      const place = style.upright
        ? `transform="translate(${short(x)} ${short(y)}) rotate(-90)" y="${short(down)}"`
        : `x="${short(x)}" y="${short(y + down)}"`;
      let shift = 0;
      const spans = runs.map((run) => {
        const wanted = run.shift < 0 ? SHIFTED.drop : run.shift > 0 ? -SHIFTED.rise : 0;
        const dy = (wanted - shift) * style.size;
        shift = wanted;
        if (dy === 0 && run.shift === 0) return escaped(run.text);
        const size = run.shift === 0 ? "" : ` font-size="${short(style.size * SHIFTED.size)}"`;
        return `<tspan dy="${short(dy)}"${size}>${escaped(run.text)}</tspan>`;
      });
      body.push(
        `<text ${place} font-size="${short(style.size)}" fill="${style.colour}" text-anchor="${style.align ?? "middle"}"${style.weight && style.weight > 400 ? ` font-weight="${style.weight}"` : ""}>${spans.join("")}</text>`,
      );
    },
    image(raster, x, y, width, height) {
      body.push(
        `<image x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${pngAddress(raster)}"/>`,
      );
    },
    // 300 dots per inch
    resolution: 300 / 72,
    clipped(x, y, width, height, draw) {
      const id = `clip${++clips}`;
      body.push(
        `<clipPath id="${id}"><rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"/></clipPath><g clip-path="url(#${id})">`,
      );
      draw();
      body.push("</g>");
    },
    file(width, height, widthMm, title) {
      const heightMm = (height * widthMm) / width;
      return (
        `<svg xmlns="http://www.w3.org/2000/svg" width="${short(widthMm)}mm" height="${short(heightMm)}mm" ` +
        `viewBox="0 0 ${short(width)} ${short(height)}" font-family="Arial, Helvetica, sans-serif">\n` +
        `<title>${escaped(title)}</title>\n${body.join("\n")}\n</svg>\n`
      );
    },
  };
}
