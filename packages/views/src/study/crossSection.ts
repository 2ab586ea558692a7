/**
 * The cell's cross-section, from the anode to the cathode collector, thickness to scale. A layer whose
 * thickness cannot be computed is hatched, its height means nothing, and the reason is said.
 */
import { isComputable } from "@thioscope/core";
import type { CellCard } from "@thioscope/core/story";
import { h, type Mounted, s } from "../dom.ts";
import { answerText, plain, readingText, richText, setRuns } from "../text.ts";

const WIDTH = 74;
const HEIGHT = 190;
/** Height of a layer of unknown thickness, and the least that can be seen and pointed at. */
const UNKNOWN = 22;
const LEAST = 1.5;

/** Thickness in µm where known. */
function micrometres(layer: CellCard["layers"][number]): number | null {
  if (!isComputable(layer.thickness)) return null;
  const { value, unit } = layer.thickness;
  const factor = { m: 1e6, cm: 1e4, mm: 1e3, µm: 1, um: 1, nm: 1e-3 }[unit];
  return factor === undefined ? null : value * factor;
}

/** A round length of a fifth to a half of the stack. */
function scaleBar(total: number): number {
  const power = 10 ** Math.floor(Math.log10(total / 2));
  return [5, 2, 1].map((k) => k * power).find((length) => length <= total / 2) ?? power;
}

export function mountCrossSection(element: HTMLElement, first: CellCard | null): Mounted<CellCard | null> {
  const view = h("figure", { class: "ts-section" });
  element.append(view);
  function refresh(card: CellCard | null): void {
    view.hidden = !card || card.layers.length === 0;
    if (!card) return;
    const thickness = card.layers.map(micrometres);
    const total = thickness.reduce<number>((sum, t) => sum + (t ?? 0), 0);
    const unknown = thickness.filter((t) => t === null).length;
    const perMicrometre = total > 0 ? (HEIGHT - unknown * UNKNOWN) / total : 0;
    const drawing = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, "aria-hidden": "true", class: "ts-stack" });
    drawing.append(
      s(
        "defs",
        {},
        s(
          "pattern",
          { id: "ts-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
          s("path", { d: "M0 0v6", stroke: "var(--ink-3)", "stroke-width": 1.2 }),
        ),
      ),
    );
    let y = 0;
    const list = h("ol", { class: "ts-layers" });
    for (const [i, layer] of card.layers.entries()) {
      const t = thickness[i] ?? null;
      const height = t === null ? UNKNOWN : Math.max(LEAST, t * perMicrometre);
      drawing.append(
        s("rect", {
          x: 0.5,
          y: y + 0.5,
          width: WIDTH - 1,
          height: Math.max(1, height - 0.5),
          class: `ts-layer ts-layer-${layer.role.replace(/[^a-z]/gi, "-")}`,
          ...(t === null ? { fill: "url(#ts-hatch)", "stroke-dasharray": "2 2" } : {}),
        }),
      );
      y += height;
      const name = setRuns(h("span", { class: "ts-layer-name" }), richText(layer.label));
      const role = h("span", { class: "ts-layer-role" }, layer.role);
      const size =
        t === null
          ? h("span", { class: "ts-refused", title: answerText(layer.thickness) }, reasonText(answerText(layer.thickness)))
          : h("span", { class: "ts-layer-size" });
      if (t !== null && isComputable(layer.thickness)) size.textContent = readingText(layer.thickness);
      if (layer.thicknessNote) size.title = layer.thicknessNote;
      const item = h("li", {}, role, name, size);
      if (isComputable(layer.loading)) item.append(setRuns(h("span", { class: "ts-layer-size" }), richText(readingText(layer.loading))));
      list.append(item);
    }
    const children: Node[] = [h("div", { class: "ts-section-row" }, stackWithScale(drawing, total, perMicrometre), list)];
    view.setAttribute(
      "aria-label",
      `Cross-section of ${card.name}: ${card.layers.map((l) => `${l.role} ${plain(richText(l.label))}, ${answerText(l.thickness)}`).join("; ")}`,
    );
    view.replaceChildren(...children);
  }
  refresh(first);
  return { update: refresh, destroy: () => view.remove() };
}

function reasonText(reason: string): string {
  return `thickness unknown: ${reason}`;
}

function stackWithScale(drawing: SVGElement, total: number, perMicrometre: number): HTMLElement {
  const box = h("div", { class: "ts-stack-box" });
  box.append(drawing);
  if (total > 0) {
    const length = scaleBar(total);
    const bar = s(
      "svg",
      { viewBox: `0 0 10 ${HEIGHT}`, width: 10, height: HEIGHT, "aria-hidden": "true" },
      s("path", {
        d: `M2 0.5h6M5 0.5V${length * perMicrometre}M2 ${length * perMicrometre}h6`,
        stroke: "var(--ink-2)",
        "stroke-width": 1,
        fill: "none",
      }),
    );
    box.append(bar, h("span", { class: "ts-scale" }, length >= 1000 ? `${length / 1000} mm` : `${length} µm`));
  }
  return box;
}
