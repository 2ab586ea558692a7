/**
 * A plot on paper: the same figure as vectors in place of the canvas, which has the pixels and the shape of the screen. It is made when the page is about
 * to be printed, as wide as the column that it stands in, and taken away after.
 */
import { h } from "../dom.ts";
import { figureToSvg } from "../figure/export.ts";
import type { Figure } from "../figure/model.ts";

export interface Printed {
  element: HTMLElement;
  stop(): void;
}

/** @param figure what is shown now; null where nothing or a table is */
export function printed(figure: () => Figure | null, title: string): Printed {
  const element = h("div", { class: "ts-printed", "aria-hidden": "true" });
  const before = (): void => {
    const now = figure();
    if (!now) return;
    // the legend stands above it, as on the screen, where it has the room to go on in a second line
    const { ramp: _, ...bare } = { ...now, legend: [] };
    // the writer's own text: nothing in it comes from outside unescaped
    const { documentElement } = new DOMParser().parseFromString(figureToSvg(bare, title, takesTheRow(element) ? 170 : 85), "image/svg+xml");
    nameOwn(documentElement, `printed-${++prints}`);
    element.replaceChildren(document.importNode(documentElement, true));
  };
  const after = (): void => element.replaceChildren();
  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  return {
    element,
    stop() {
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
    },
  };
}

let prints = 0;

/** Many figures stand in one document: without names of their own each would be clipped by the frame of the first. */
function nameOwn(svg: Element, name: string): void {
  for (const one of svg.querySelectorAll("[id]")) one.id = `${name}-${one.id}`;
  for (const one of svg.querySelectorAll("[clip-path]"))
    one.setAttribute("clip-path", one.getAttribute("clip-path")!.replace("url(#", `url(#${name}-`));
}

/** On paper there are two columns, whatever the screen has; what takes a row of plots for itself is as wide as the paper. */
function takesTheRow(element: HTMLElement): boolean {
  const area = element.closest(".ts-area");
  return !area?.parentElement?.matches(".ts-plots, .ts-paper-panel") || getComputedStyle(area).gridColumnEnd === "-1";
}
