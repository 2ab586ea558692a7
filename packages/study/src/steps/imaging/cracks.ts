/** Pictures of sections: cracks and voids. The first picture is shown, all are counted. */
import { inUnit, makeTable, type Notice, quantity, textColumn } from "@thioscope/core";
import { type DarkRegions, darkRegions, type Picture } from "@thioscope/core/imaging";
import type { Part, SectionView, Sentence } from "@thioscope/core/story";
import type { SourceInputs } from "../../lines.ts";
import { basename } from "../../names.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction } from "../../stepModules.ts";
import { pictureFrom } from "../../tomography/files.ts";
import { integers, numbers } from "../applies.ts";
import { jsonBytes } from "../facts.ts";
import { headOf, lengthSetting } from "./shared.ts";

/** Longest side of a picture on the screen. */
const SHOWN = 512;
const MOST_REGIONS = 50;

export const cracksStep: StepFunction = async (inputs, parameters, io) => {
  const given = inputs as unknown as SourceInputs;
  const pixel = lengthSetting(given.settings.pixel);
  const options = {
    ...(parameters.threshold === "auto" ? {} : { threshold: Number(parameters.threshold) }),
    smallest: Number(parameters.smallest),
  };
  const notices: Notice[] = [];
  const sentences: Sentence[] = [];
  const all: { name: string; found: DarkRegions; picture: Picture }[] = [];
  for (const [i, input] of given.files.entries()) {
    io.context.progress(i, given.files.length, "pictures");
    const { picture, notices: said } = await pictureFrom({ name: input.file, open: () => io.open(input) }, pixel);
    notices.push(...said);
    const found = darkRegions(picture, options);
    const name = basename(input.file);
    all.push({ name, found, picture: all.length === 0 ? picture : { ...picture, values: new Float32Array(0) } });
    sentences.push({
      parts: [
        `${name}: cracks take `,
        { quantity: inUnit(found.cracks, "%") },
        " of the section, voids ",
        { quantity: inUnit(found.voids, "%") },
        ".",
      ],
    });
  }
  const [first] = all;
  const part: Part = {
    ...headOf(given, "image.cracks", "Cracks and voids", `image cracks ${given.files[0]!.file}`),
    kind: "imaging",
    sentences,
    notices,
    volume: null,
    stack: null,
    section: sectionView(first!.picture, first!.found),
  };
  const rows = all.flatMap(({ name, found }) => found.regions.map((region) => ({ name, ...region })));
  const table = makeTable([
    textColumn(
      "file",
      rows.map(({ name }) => name),
    ),
    textColumn(
      "kind",
      rows.map(({ kind }) => kind),
    ),
    integers(
      "pixels",
      rows.map(({ pixels }) => pixels),
    ),
    numbers(
      "area_um2",
      "um2",
      rows.map(({ area }) => (area === null ? Number.NaN : area * 1e12)),
    ),
    numbers(
      "length_pixel",
      "",
      rows.map(({ length }) => length),
    ),
    numbers(
      "width_pixel",
      "",
      rows.map(({ width }) => width),
    ),
  ]);
  return { files: { "regions.parquet": tableToParquet(table), "part.json": jsonBytes(part) }, notices, summary: { regions: rows.length } };
};

function sectionView(picture: Picture, { labels, cracks, voids, regions }: DarkRegions): SectionView {
  const step = Math.max(1, Math.ceil(Math.max(picture.width, picture.height) / SHOWN));
  const width = Math.ceil(picture.width / step);
  const height = Math.ceil(picture.height / step);
  const place = (k: number): number => Math.floor(k / width) * step * picture.width + (k % width) * step;
  const length = (pixels: number) => (picture.pixel === null ? quantity(pixels, "pixel") : quantity(pixels * picture.pixel * 1e6, "um"));
  return {
    width,
    height,
    pixelMicrometre: picture.pixel === null ? null : picture.pixel * 1e6 * step,
    // a picture to look at: five digits are finer than its 256 greys
    grey: Float64Array.from({ length: width * height }, (_, k) => Number(picture.values[place(k)]!.toPrecision(5))),
    labels: Uint8Array.from({ length: width * height }, (_, k) => labels[place(k)]!),
    cracks: inUnit(cracks, "%"),
    voids: inUnit(voids, "%"),
    regions: regions.slice(0, MOST_REGIONS).map((region) => ({
      kind: region.kind,
      area: region.area === null ? quantity(region.pixels, "pixel2") : quantity(region.area * 1e12, "um2"),
      length: length(region.length),
      width: length(region.width),
    })),
  };
}
