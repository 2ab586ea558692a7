/** Correlations of a fit's parameters as a small map: blue below and red above zero, which is white (safe for colour-blind readers); hatched where there is none. */
import type { FitAccount } from "@thioscope/core/fits";
import type { Figure } from "../figure/model.ts";
import { type PlotSpec, pythonHead } from "../study/context.ts";
import { richText } from "../text.ts";
import type { FitModel } from "./model.ts";

/** More names than this have no room beside the map: the numbers of the table stand there. */
const MOST_NAMES = 16;

/** Coefficient of two parameters; 1 on the diagonal of what has an error, NaN where there is none. */
function coefficientOf({ parameters, correlations }: FitAccount, a: number, b: number): number {
  if (a === b) return parameters[a]!.sigma === null ? Number.NaN : 1;
  const [high, low] = a > b ? [a, b] : [b, a];
  return correlations[(high * (high - 1)) / 2 + low] ?? Number.NaN;
}

function figure({ account }: FitModel): Figure {
  const { parameters } = account;
  const n = parameters.length;
  const edges = Array.from({ length: n + 1 }, (_, k) => k - 0.5);
  const values = Array.from({ length: n * n }, (_, k) => coefficientOf(account, Math.floor(k / n), k % n));
  const numbers = parameters.map((_, k) => richText(String(k + 1)));
  const names = n > MOST_NAMES ? numbers : parameters.map(({ name }, k) => richText(`${k + 1}  ${name}`));
  const pairs = Array.from({ length: (n * (n - 1)) / 2 }, (_, k) => {
    const high = Math.floor((1 + Math.sqrt(1 + 8 * k)) / 2);
    return [high, k - (high * (high - 1)) / 2] as const;
  });
  return {
    x: { label: richText("Parameter"), min: -0.5, max: n - 0.5, names: numbers },
    panels: [
      {
        weight: 1,
        // the first parameter stands at the top, as in the table
        left: { label: [], min: n - 0.5, max: -0.5, names },
        marks: [
          {
            kind: "map",
            x: edges,
            y: edges,
            values,
            scale: { label: richText("Correlation r"), low: -1, high: 1, colours: "diverging" },
            missing: "no error, no correlation",
          },
        ],
      },
    ],
    legend: [],
    aspect: 0.8,
    data: () => ({
      columns: [
        { name: "parameter", unit: "", values: pairs.map(([, low]) => parameters[low]!.name) },
        { name: "with", unit: "", values: pairs.map(([high]) => parameters[high]!.name) },
        { name: "correlation", unit: "", values: pairs.map(([high, low]) => coefficientOf(account, high, low)) },
      ],
    }),
  };
}

export const CORRELATIONS: PlotSpec<FitModel> = {
  id: "fit-correlations",
  title: "Correlations",
  height: 280,
  heightOf: ({ account }) => Math.min(460, 170 + 17 * account.parameters.length),
  brushOver: "all",
  cursorLine: false,
  figure,
  command: ({ command }) => command,
  python: (_, csv) =>
    `${pythonHead(csv)}table = data.pivot(index="with", columns="parameter", values="correlation")\nimage = ax.imshow(table, cmap="RdBu_r", vmin=-1, vmax=1)\nax.set_xticks(range(len(table.columns)), table.columns, rotation=90)\nax.set_yticks(range(len(table.index)), table.index)\nfig.colorbar(image, label="correlation")\nfig.savefig("correlations.pdf")\n`,
};
