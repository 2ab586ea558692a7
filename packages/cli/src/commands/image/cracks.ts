/** thioscope image cracks: dark regions of a section. */
import { basename } from "node:path";
import { darkRegions } from "@thioscope/core/imaging";
import { readPicture } from "@thioscope/study";
import type { Action } from "../../actions.ts";
import { answerText, metres, oneWord, textTable, warningLines } from "../../inputs.ts";
import { numberOf } from "../xrd/inputs.ts";

const USAGE = "thioscope image cracks PICTURE [--pixel 50nm] [--threshold GREY] [--smallest PIXELS]";
const MOST_SHOWN = 20;

export const cracksAction: Action = {
  usage: USAGE,
  about: `area fractions of cracks and voids of a section, with errors from parts of the picture. Dark is what lies below the grey at which two
modes of the histogram part (after a slope of the brightness is taken off), or below --threshold. A dark region four times as long as wide is a crack.`,
  options: {
    pixel: { type: "string", value: "LENGTH", help: "edge of a pixel, such as 50nm: areas in µm²" },
    threshold: { type: "string", value: "GREY", help: "grey below which a pixel is dark (found)" },
    smallest: { type: "string", value: "PIXELS", help: "smaller regions are noise (6)" },
  },
  examples: ["thioscope image cracks section.tif --pixel 50nm"],
  async run(words, options, io) {
    const path = oneWord(words, USAGE);
    const pixel = typeof options.pixel === "string" ? metres(options.pixel) : null;
    const threshold = numberOf("threshold", options.threshold, Number.isFinite, "a grey value");
    const smallest = numberOf("smallest", options.smallest, (x) => Number.isInteger(x) && x >= 1, "1 or more");
    const { picture, notices } = await readPicture(path, pixel);
    const found = darkRegions(picture, {
      ...(threshold === undefined ? {} : { threshold }),
      ...(smallest === undefined ? {} : { smallest }),
    });
    for (const line of warningLines(notices)) io.hint(line);
    const area = (square: number | null) => (square === null ? null : { value: square * 1e12, sigma: null, unit: "um2" });
    io.result({
      file: basename(path),
      pixels: [picture.width, picture.height],
      pixel: picture.pixel === null ? null : { value: picture.pixel * 1e6, sigma: null, unit: "um" },
      threshold: { value: found.threshold, sigma: null, unit: "" },
      cracks: found.cracks,
      voids: found.voids,
      regions: found.regions.slice(0, MOST_SHOWN).map((region) => ({
        kind: region.kind,
        pixels: region.pixels,
        area: area(region.area),
        length: { value: region.length, sigma: null, unit: "pixel" },
        width: { value: region.width, sigma: null, unit: "pixel" },
        centre: { values: region.centre, sigma: null, unit: "pixel" },
      })),
      regionsInAll: found.regions.length,
      warnings: notices,
    });
    const counts = (kind: string): string => String(found.regions.filter((region) => region.kind === kind).length);
    io.say(
      `${textTable(
        ["", "share of the area", "regions"],
        [
          ["cracks", answerText(found.cracks), counts("crack")],
          ["voids", answerText(found.voids), counts("void")],
        ],
      )}\ndark below ${found.threshold.toPrecision(4)}`,
    );
  },
};
