/** thioscope md arrhenius: diffusivities of runs at several temperatures, their activation energy and the value elsewhere. */
import { formatQuantity, type Notice, ThioscopeError } from "@thioscope/core";
import { arrhenius, conductivityOf, transitionWarnings } from "@thioscope/core/transport";
import type { Action } from "../../actions.ts";
import { plain, shortValue, textTable, warningLines } from "../../text.ts";
import { type Diffusion, diffuse } from "./diffuse.ts";
import { DIFFUSION, diffusionAnswer } from "./diffusion.ts";
import { positive } from "./inputs.ts";

export const arrheniusAction: Action = {
  usage: "thioscope md arrhenius FILE… --temperatures 600,800,1000 --species Na --timestep 2fs [--at 300K]",
  about: `a diffusivity for each temperature (files of one temperature are replicas), then ln D against 1/T, weighted by the errors, with the covariance of E_a and ln D0.
--at gives D and the conductivity at another temperature with the interval that follows; --transition names a glass transition that the line must not cross.`,
  options: {
    ...DIFFUSION,
    temperatures: { type: "string", value: "K,K,…", help: "one for each file, in its order, K" },
    at: { type: "string", value: "TEMPERATURE", help: "temperature to extend the line to, e.g. 300K (a bare number: K)" },
    transition: { type: "string", value: "TEMPERATURE", help: "glass or phase transition, e.g. 193°C" },
  },
  examples: [
    "thioscope md arrhenius 600.xyz 800.xyz 1000.xyz --temperatures 600,800,1000 --species Na --timestep 2fs --at 300K --transition 193°C",
  ],
  async run(words, options, io) {
    const temperatures = temperaturesOf(options["temperatures"], words.length);
    const at = positive(options, "at", "K");
    const transition = positive(options, "transition", "K");
    const groups = new Map<number, string[]>();
    for (const [i, path] of words.entries()) groups.set(temperatures[i]!, [...(groups.get(temperatures[i]!) ?? []), path]);
    const points: { kelvin: number; result: Diffusion }[] = [];
    for (const [kelvin, paths] of [...groups].sort(([a], [b]) => a - b))
      points.push({ kelvin, result: await diffuse(paths, options, kelvin, io) });
    const fit = arrhenius(
      points.map(({ kelvin, result }) => ({ temperatureKelvin: kelvin, value: result.tracer.D.value, sigma: result.tracer.D.sigma })),
      "X",
      "cm2/s",
    );
    const notices: Notice[] = points.flatMap(({ kelvin, result }) =>
      result.notices.map((n) => ({ ...n, message: `${kelvin} K: ${n.message}` })),
    );
    if (transition !== null)
      notices.push(
        ...transitionWarnings(
          points.map((p) => p.kelvin),
          at === null ? [] : [at],
          transition,
          "transition",
        ),
      );
    const extended = at === null ? null : fit.at(at);
    const density = points[0]!.result.density;
    const charge = Number(options["charge"] ?? 1);
    const sigma = extended && density !== null ? conductivityOf(extended, density, at!, charge) : null;
    io.result({
      points: points.map(({ kelvin, result }) => ({
        temperature: plain(kelvin, "K"),
        files: result.runs.map((r) => r.file),
        ...diffusionAnswer(result),
      })),
      activationEnergy: { ...fit.activationEnergy, interval95: fit.activationEnergy95 },
      lnPrefactor: fit.lnPrefactor,
      correlation: plain(fit.correlation, ""),
      at: extended ? { temperature: plain(at!, "K"), D: extended, conductivity: sigma } : null,
      warnings: notices,
    });
    for (const line of warningLines(notices)) io.hint(line);
    if (io.json) return;
    io.say(
      textTable(
        ["T K", "D cm²/s", "95 %", "σ S/cm", "√(6Dt) Å"],
        points.map(({ kelvin, result }) => [
          String(kelvin),
          shortValue(result.tracer.D),
          result.tracer.D.interval95.map((x) => x.toExponential(2)).join(" to "),
          result.conductivity ? shortValue(result.conductivity) : "–",
          result.rms.toFixed(2),
        ]),
      ),
    );
    io.say(
      `E_a = ${formatQuantity(fit.activationEnergy)} (95 %: ${fit.activationEnergy95.map((x) => x.toFixed(3)).join(" to ")} eV), ln D0 = ${formatQuantity(fit.lnPrefactor)}`,
    );
    if (extended) {
      const range = extended.interval95.map((x) => x.toExponential(2)).join(" to ");
      io.say(
        `at ${at} K: D = ${extended.value.toExponential(3)} cm²/s (95 %: ${range})${sigma ? `, σ = ${sigma.value.toExponential(2)} S/cm` : ""}`,
      );
    }
  },
};

function temperaturesOf(word: string | boolean | undefined, files: number): number[] {
  const found = typeof word === "string" ? word.split(",").map(Number) : [];
  if (found.length !== files || !found.every((t) => t > 0 && Number.isFinite(t))) {
    throw new ThioscopeError("USAGE", `--temperatures "${word ?? ""}": ${files} temperatures in K are needed, one for each file`);
  }
  if (new Set(found).size < 3)
    throw new ThioscopeError("USAGE", `${new Set(found).size} temperatures: an activation energy with an error needs three or more`);
  return found;
}
