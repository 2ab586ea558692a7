/** A picture of a section with its cracks and voids. */
import type { SectionView } from "@thioscope/core/story";
import { scaleOf } from "../figure/colours.ts";
import type { Figure } from "../figure/model.ts";
import type { PartContext, PartFigure } from "../parts/model.ts";
import { type Choice, pythonHead } from "../study/context.ts";
import { quantityText, richText } from "../text.ts";

type Context = PartContext<"imaging">;

const SHOWS = "section.shows";

/** What the map holds: greys of all, or only of what is dark. */
function shownOf({ grey, labels }: SectionView, what: string): Float64Array {
  const wanted = { cracks: 1, voids: 2 }[what];
  return Float64Array.from({ length: grey.length }, (_, k) => (wanted === undefined || labels[k] === wanted ? grey[k]! : Number.NaN));
}

export const SECTION: PartFigure<"imaging"> = {
  id: "section",
  title: "Section",
  height: 460,
  brushOver: "all",
  cursorLine: false,
  wide: true,
  isShown: ({ section }) => section !== null,
  choices({ state }): Choice[] {
    const options = ["picture", "cracks", "voids"].map((value) => ({ value, label: value }));
    return [{ id: SHOWS, label: "What is shown", options, value: state.choices[SHOWS] ?? "picture" }];
  },
  figure({ part: { section }, state }: Context): Figure {
    if (!section) return { x: { label: [], min: 0, max: 1 }, panels: [], legend: [], empty: "No picture.", data: () => ({ columns: [] }) };
    const { width, height, pixelMicrometre } = section;
    const pixel = pixelMicrometre ?? 1;
    const unit = pixelMicrometre === null ? "pixels" : "µm";
    const edges = (n: number): Float64Array => Float64Array.from({ length: n + 1 }, (_, i) => i * pixel);
    const values = shownOf(section, state.choices[SHOWS] ?? "picture");
    return {
      x: { label: richText(`x (${unit})`), min: 0, max: width * pixel },
      panels: [
        {
          weight: 1,
          left: { label: richText(`y (${unit})`), min: 0, max: height * pixel },
          marks: [
            {
              kind: "map",
              x: edges(width),
              // the first row of a picture is on top
              y: edges(height).reverse(),
              values,
              scale: scaleOf(Float64Array.from(section.grey), { label: richText("Grey"), colours: "cividis", robust: true }),
              missing: "material",
            },
          ],
        },
      ],
      legend: [],
      equal: true,
      note: `Cracks ${quantityText(section.cracks)}, voids ${quantityText(section.voids)} of the area; errors from parts of the picture.`,
      data: () => ({
        columns: [
          { name: "kind", unit: "", values: section.regions.map(({ kind }) => kind) },
          { name: "area", unit: section.regions[0]?.area.unit ?? "", values: section.regions.map(({ area }) => area.value) },
          { name: "length", unit: section.regions[0]?.length.unit ?? "", values: section.regions.map(({ length }) => length.value) },
          { name: "width", unit: section.regions[0]?.width.unit ?? "", values: section.regions.map(({ width: across }) => across.value) },
        ],
        notes: ["The largest regions; all are in the step's table."],
      }),
    };
  },
  command: ({ part }) => `thioscope ${part.command}`,
  python: (_context, csv) =>
    `${pythonHead(csv)}data["area"].plot.hist(ax=ax, bins=20)\nax.set(xlabel="Area", ylabel="Regions")\nplt.show()\n`,
};
