/** Line icons, 16 × 16, in the colour of the text. */
import { s } from "../dom.ts";

const PATHS = {
  fullscreen: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  table: "M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 6.5v6",
  plot: "M2.5 2.5v11h11M4.5 10.5l3-4 2.5 2 3-5",
  command: "M2.5 4.5l3.5 3.5-3.5 3.5M8 12h5.5",
  python: "M5.5 3.5L2 8l3.5 4.5M10.5 3.5L14 8l-3.5 4.5M9 2.5L7 13.5",
  export: "M8 2.5v7.5M5 7l3 3 3-3M2.5 13.5h11",
} as const;

export type Icon = keyof typeof PATHS;

export function icon(name: Icon): SVGElement {
  return s(
    "svg",
    {
      viewBox: "0 0 16 16",
      width: 15,
      height: 15,
      "aria-hidden": "true",
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 1.25,
      "stroke-linejoin": "round",
      "stroke-linecap": "round",
    },
    s("path", { d: PATHS[name] }),
  );
}
