/** thioscope image elements: uniformity and co-localisation of element maps. */
import { basename } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { colocalisation, type ElementUniformity, elementUniformity, type Picture } from "@thioscope/core/imaging";
import { readPicture } from "@thioscope/study";
import type { Action } from "../../actions.ts";
import { answerText, textTable } from "../../inputs.ts";

const USAGE = "thioscope image elements NAME=MAP NAME=MAP …";

export const elementsAction: Action = {
  usage: USAGE,
  about: `of each map of counts, how evenly the element is spread (variance over mean of 8 × 8 blocks: 1 is counting alone; and the variation beyond
it); of each pair, Pearson's r and Manders' shares, with errors from parts of the picture.`,
  options: {},
  examples: ["thioscope image elements Sb=sb.tif Sn=sn.tif Na=na.tif"],
  async run(words, _options, io) {
    if (words.length === 0) throw new ThioscopeError("USAGE", `maps are needed. Usage: ${USAGE}`);
    const maps: { name: string; path: string; picture: Picture; uniformity: ElementUniformity }[] = [];
    for (const word of words) {
      const [, name, path] = /^([A-Za-z][A-Za-z0-9]*)=(.+)$/.exec(word) ?? [];
      if (name === undefined || path === undefined) throw new ThioscopeError("USAGE", `"${word}": a map is written NAME=FILE`);
      const { picture } = await readPicture(path, null);
      maps.push({ name, path, picture, uniformity: elementUniformity(picture) });
    }
    const pairs = maps.flatMap((a, i) => maps.slice(i + 1).map((b) => ({ a, b, found: colocalisation(a.picture, b.picture) })));
    io.result({
      elements: maps.map(({ name, path, uniformity }) => ({ name, file: basename(path), ...uniformity })),
      pairs: pairs.map(({ a, b, found }) => ({ elements: [a.name, b.name], pearson: found.pearson, manders: found.manders })),
    });
    const each = textTable(
      ["element", "dispersion", "variation"],
      maps.map(({ name, uniformity }) => [name, answerText(uniformity.dispersion), answerText(uniformity.variation)]),
    );
    const together = textTable(
      ["pair", "Pearson r", "Manders, first", "second"],
      pairs.map(({ a, b, found }) => [
        `${a.name}, ${b.name}`,
        answerText(found.pearson),
        answerText(found.manders[0]),
        answerText(found.manders[1]),
      ]),
    );
    io.say(pairs.length > 0 ? `${each}\n\n${together}` : each);
  },
};
