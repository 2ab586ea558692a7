/** thioscope pdf transform: a pattern and its container to S(q), F(q) and G(r). */
import { writeFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { PDF_DEFAULTS, pairDistribution } from "@thioscope/core/pdf";
import { writePdf } from "@thioscope/formats";
import type { Action } from "../../actions.ts";
import { oneWord, warningLines } from "../../inputs.ts";
import { curveOf, notNegative, patternOf, positive } from "./inputs.ts";

const USAGE = "thioscope pdf transform RAW --composition LaB6 [--background B] [--wavelength Å] [--qmin --qmax --rpoly …] [-o OUT.gr]";

export const transformAction: Action = {
  usage: USAGE,
  about: `from a pattern (over 2θ where --wavelength is given, over q in 1/Å where not) and its container to S(q), F(q) = q(S − 1) and
G(r), with an ad-hoc polynomial correction. Limits that are not given are found and said. Errors of the counts are carried on. -o writes the kind that its
ending names: .gr, .fq or .sq, with every setting in the head.`,
  options: {
    composition: { type: "string", value: "FORMULA", help: "of the sample: LaB6, NaTaSCl4 …" },
    background: { type: "string", value: "FILE", help: "pattern of the empty container" },
    bgscale: { type: "string", value: "C", help: "it counts this many times (1)" },
    wavelength: { type: "string", value: "ANGSTROM", help: "then the first column is 2θ in degrees" },
    qmin: { type: "string", value: "Q", help: "start of the transform, 1/Å (0.5, or of the data)" },
    qmax: { type: "string", value: "Q", help: "end of the transform, 1/Å (where noise is as large as what is left)" },
    qmaxinst: { type: "string", value: "Q", help: "end of the data that the correction takes (all)" },
    rpoly: { type: "string", value: "R", help: "the correction varies over less than this, Å (0.9)" },
    rmin: { type: "string", value: "R", help: "Å (0)" },
    rmax: { type: "string", value: "R", help: "Å (30)" },
    rstep: { type: "string", value: "R", help: "Å (0.01)" },
    lorch: { type: "boolean", help: "Lorch's window: less ripple, broader peaks" },
    output: { type: "string", short: "o", value: "FILE", help: "curve with its settings: .gr, .fq or .sq" },
  },
  examples: ["thioscope pdf transform LaB6.xye --background capillary.xye --composition LaB6 --wavelength 0.270793 --qmax 23 -o LaB6.gr"],
  async run(words, options, io) {
    const path = oneWord(words, USAGE);
    const { composition, background, output } = options;
    if (typeof composition !== "string") throw new ThioscopeError("USAGE", `what is the sample? --composition FORMULA. Usage: ${USAGE}`);
    const kind = typeof output === "string" ? extname(output).slice(1) : "gr";
    if (kind !== "gr" && kind !== "fq" && kind !== "sq")
      throw new ThioscopeError("USAGE", `-o ${String(output)}: endings are .gr, .fq and .sq`);
    const wavelength = positive("wavelength", options, "Å, above 0");
    const sample = patternOf(await curveOf(path), wavelength, path);
    const container = typeof background === "string" ? patternOf(await curveOf(background), wavelength, background) : null;
    const asked = {
      backgroundScale: notNegative("bgscale", options, "0 or more"),
      qMin: notNegative("qmin", options, "1/Å, 0 or more"),
      qMax: positive("qmax", options, "1/Å, above 0"),
      qMaxInst: positive("qmaxinst", options, "1/Å, above 0"),
      rPoly: positive("rpoly", options, "Å, above 0"),
      rMin: notNegative("rmin", options, "Å, 0 or more"),
      rMax: positive("rmax", options, "Å, above 0"),
      rStep: positive("rstep", options, "Å, above 0"),
    };
    const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    const found = pairDistribution(sample, container, { composition, lorch: options.lorch === true, ...given });
    const { used, q, r } = found;
    const qAxis = Float64Array.from({ length: q.count }, (_, k) => q.first + k * q.step);
    const rAxis = Float64Array.from({ length: r.count }, (_, k) => r.first + k * r.step);
    if (typeof output === "string") {
      const config = {
        version: "thioscope",
        inputfile: basename(path),
        backgroundfile: typeof background === "string" ? basename(background) : "",
        mode: "xray",
        ...(wavelength === undefined ? {} : { wavelength }),
        composition,
        bgscale: used.backgroundScale,
        rpoly: used.rPoly,
        qmaxinst: Number(used.qMaxInst.toPrecision(8)),
        qmin: Number(used.qMin.toPrecision(8)),
        qmax: Number(used.qMax.toPrecision(8)),
        rmin: used.rMin,
        rmax: used.rMax,
        rstep: used.rStep,
        lorch: used.lorch,
      };
      const text =
        kind === "gr"
          ? writePdf(kind, config, rAxis, found.g, found.gSigma)
          : kind === "fq"
            ? writePdf(kind, config, qAxis, found.reduced, found.reducedSigma)
            : writePdf(kind, config, qAxis, found.structureFactor, null);
      await writeFile(output, text).catch((error: unknown) => {
        throw new ThioscopeError(
          "WRITE_FAILED",
          `${output} cannot be written: ${(error as NodeJS.ErrnoException).code}`,
          { file: output },
          error,
        );
      });
    }
    const angstrom = (value: number) => ({ value, sigma: null, unit: "Å" });
    const inverse = (value: number) => ({ value, sigma: null, unit: "1/Å" });
    io.result({
      file: basename(path),
      background: typeof background === "string" ? basename(background) : null,
      composition,
      used: {
        qMin: inverse(used.qMin),
        qMax: inverse(used.qMax),
        qMaxInst: inverse(used.qMaxInst),
        rPoly: angstrom(used.rPoly),
        backgroundScale: { value: used.backgroundScale, sigma: null, unit: "1" },
        degree: { value: used.degree, sigma: null, unit: "1" },
        lorch: used.lorch,
      },
      q: { values: qAxis, sigma: null, unit: "1/Å" },
      reduced: { values: found.reduced, sigma: found.reducedSigma, unit: "1/Å" },
      r: { values: rAxis, sigma: null, unit: "Å" },
      pdf: { values: found.g, sigma: found.gSigma, unit: "1/Å2" },
      warnings: found.notices,
    });
    for (const line of warningLines(found.notices)) io.hint(line);
    if (io.json) return;
    io.say(
      `${basename(path)}: ${composition}, q ${used.qMin.toFixed(3)} to ${used.qMax.toFixed(3)} 1/Å${given.qMax === undefined ? " (found)" : ""}, polynomial of degree ${used.degree.toFixed(1)} (r_poly ${used.rPoly} Å${asked.rPoly === undefined ? `, default ${PDF_DEFAULTS.rPoly}` : ""})`,
    );
    const peaks = strongest(rAxis, found.g);
    io.say(`strongest peaks of G(r): ${peaks.map((k) => `${rAxis[k]!.toFixed(2)} Å (${found.g[k]!.toPrecision(3)})`).join(", ")}`);
    if (typeof output === "string") io.say(`written: ${output}`);
  },
};

/** Places of the highest maxima beyond the shortest bond, by distance. */
function strongest(r: Float64Array, g: Float64Array): number[] {
  const maxima: number[] = [];
  for (let k = 1; k < g.length - 1; k++) if (r[k]! > 1 && g[k]! > g[k - 1]! && g[k]! >= g[k + 1]!) maxima.push(k);
  return maxima
    .sort((a, b) => g[b]! - g[a]!)
    .slice(0, 6)
    .sort((a, b) => a - b);
}
