/** thioscope md diffusion: diffusivity with its 95 % interval, conductivity, Haven ratio, and what they rest on. */
import { formatQuantity, ThioscopeError } from "@thioscope/core";
import { diffusivityOfConductivity, type Estimate } from "@thioscope/core/transport";
import type { Action } from "../../actions.ts";
import { count, plain, shortValue, textTable, warningLines } from "../../text.ts";
import { type Diffusion, diffuse } from "./diffuse.ts";
import { MOTION, positive } from "./inputs.ts";

export const DIFFUSION = {
  ...MOTION,
  from: { type: "string", value: "TIME", help: "first lag of the line, e.g. 2ps (default: the earliest from which a line is not refused)" },
  to: { type: "string", value: "TIME", help: "last lag of the line (default: half of the run)" },
  charge: { type: "string", value: "Z", help: "of the ion, for the conductivity (default 1)" },
  hop: { type: "string", value: "LENGTH", help: "length of a hop, e.g. 4.5 Å (default: mean distance to the nearest ion)" },
  glass: { type: "boolean", help: "the model is amorphous" },
  origin: { type: "string", value: "TEXT", help: "how an amorphous model was made, e.g. 'melt-quench at 1e13 K/s'" },
} as const;

export const diffusionAction: Action = {
  usage: "thioscope md diffusion FILE… --species Na --timestep 2fs [--temperature 600K]",
  about: `tracer diffusivity by generalised least squares with the covariance of overlapping windows: the 95 % interval covers 95 %. Several files are replicas of
one cell and are pooled. The part of the displacement that a line goes through is chosen and shown. With --temperature the conductivity (Nernst–Einstein, with the
density of the cell that was simulated), the diffusivity of charge and the Haven ratio; --sigma turns a measured conductivity into the D it stands for.`,
  options: {
    ...DIFFUSION,
    temperature: { type: "string", value: "TEMPERATURE", help: "of the run: 600K, 25°C (a bare number: K)" },
    sigma: { type: "string", value: "SIGMA", help: "a measured conductivity, e.g. '2.9 mS/cm', taken at --temperature" },
  },
  examples: [
    "thioscope md diffusion XDATCAR.gz --species Na --timestep 2fs --stride 5 --temperature 600K",
    "thioscope md diffusion run1 run2 run3 --species Li --timestep 2fs --stride 50 --temperature 500K --json",
  ],
  async run(words, options, io) {
    if (words.length === 0) throw new ThioscopeError("USAGE", `md diffusion needs a file. Usage: ${diffusionAction.usage}`);
    const temperature = positive(options, "temperature", "K");
    const measured = positive(options, "sigma", "S/cm");
    const result = await diffuse(words, options, temperature, io);
    const { density } = result;
    if (measured !== null && (temperature === null || density === null)) {
      throw new ThioscopeError("USAGE", "--sigma needs --temperature and a periodic cell");
    }
    const z = Number(options["charge"] ?? 1);
    const ofMeasured =
      measured === null
        ? null
        : diffusivityOfConductivity(
            { value: measured, sigma: null, unit: "S/cm", interval95: [measured, measured] },
            density!,
            temperature!,
            z,
          );
    io.result({
      files: result.runs.map((run) => run.file),
      temperature: temperature === null ? null : plain(temperature, "K"),
      ...diffusionAnswer(result),
      ofMeasuredConductivity: ofMeasured === null ? null : plain(ofMeasured.value, "cm2/s"),
      warnings: result.notices,
    });
    for (const line of warningLines(result.notices)) io.hint(line);
    if (io.json) return;
    io.say(diffusionText(result));
    if (ofMeasured) io.say(`the measured ${options["sigma"]} stand for D = ${ofMeasured.value.toExponential(2)} cm²/s`);
  },
};

const estimate = ({ value, sigma, unit, interval95 }: Estimate) => ({ value, sigma, unit, interval95 });

/** The answer's keys that describe a diffusivity. */
export function diffusionAnswer(result: Diffusion) {
  const { tracer, charge, haven, conductivity, conductivityOfCharge, density } = result;
  return {
    species: result.runs[0]!.tracks.species,
    ions: result.ions,
    frames: result.runs[0]!.tracks.frames,
    D: estimate(tracer.D),
    components: tracer.components,
    intercept: tracer.intercept,
    regime: {
      start: plain(tracer.regime.startFs / 1000, "ps"),
      end: plain(tracer.regime.endFs / 1000, "ps"),
      lags: tracer.regime.lags,
      probability: plain(tracer.regime.probability, "1"),
      isChosen: tracer.regime.isChosen,
    },
    chargeD: charge ? estimate(charge.D) : null,
    haven: haven ? estimate(haven) : null,
    conductivity: conductivity ? estimate(conductivity) : null,
    conductivityOfCharge: conductivityOfCharge ? estimate(conductivityOfCharge) : null,
    ionDensity: density === null ? null : plain(density * 1e24, "1/cm3"),
    rmsDisplacement: plain(result.rms, "Å"),
    hop: result.hop === null ? null : plain(result.hop, "Å"),
    hopsPerIon: result.hops === null ? null : plain(result.hops, "1"),
  };
}

function diffusionText(result: Diffusion): string {
  const { tracer, charge, haven, conductivity, conductivityOfCharge, runs } = result;
  const [first] = runs as [Diffusion["runs"][number]];
  const row = (name: string, q: Estimate | null): string[][] =>
    q
      ? [
          [
            name,
            `${shortValue(q)} ${q.unit.replace("cm2", "cm²").replace(/^1$/, "")}`.trim(),
            q.interval95.map((x) => (x < 1e-3 ? x.toExponential(2) : x.toPrecision(4))).join(" to "),
          ],
        ]
      : [];
  const frames = runs.map((run) => run.tracks.frames);
  const replicas = runs.length === 1 ? "" : `, ${runs.length} replicas`;
  const lines = [
    `${runs.map((run) => run.file).join(", ")}: ${count(result.ions, "ion")} (${first.tracks.species.join(", ")})${replicas}, ${count(Math.min(...frames), "frame")} every ${first.intervalFs} fs`,
    textTable(
      ["", "", "95 %"],
      [
        ...row("D", tracer.D),
        ...row("D of charge", charge?.D ?? null),
        ...row("Haven ratio", haven),
        ...row("σ (D)", conductivity),
        ...row("σ (charge)", conductivityOfCharge),
      ],
    ),
    `line from ${(tracer.regime.startFs / 1000).toPrecision(3)} to ${(tracer.regime.endFs / 1000).toPrecision(3)} ps (p = ${tracer.regime.probability.toFixed(2)}), intercept ${formatQuantity(tracer.intercept)}`,
  ];
  if (result.hops !== null)
    lines.push(`√(6Dt) = ${result.rms.toFixed(2)} Å, ${result.hops.toFixed(2)} hops of ${result.hop!.toFixed(2)} Å per ion`);
  return lines.join("\n");
}
