/** Mean chain length of every spectrum of a source, calibrated on its polysulfide where one is given. */
import { type Answer, isComputable, makeTable, type Notice, textColumn } from "@thioscope/core";
import { type ChainOptions, calibrateChain, chainLength, type Nuisance, overAbsorptionAlpha, whiteLine } from "@thioscope/core/absorption";
import type { Part, Sentence } from "@thioscope/core/story";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction } from "../../stepModules.ts";
import { jsonBytes } from "../facts.ts";
import { MOST_CURVES, partFiles, quantities, thinned } from "../spectroscopy/common.ts";
import { clockOf } from "./clock.ts";
import { readSeries, readStandards, STANDARDS, someFiles, windowWords } from "./common.ts";

export const chainStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const notices: Notice[] = [];
  const series = await readSeries(inputs, parameters, io, notices);
  const standards = await readStandards(inputs, parameters, io, notices);
  const nuisances = standards.flatMap(({ setting, spectrum }): Nuisance[] => {
    const kind = STANDARDS[setting]!;
    return kind === "chain" || kind === "other" ? [] : [{ kind, name: spectrum.name, energy: spectrum.energy, value: spectrum.value }];
  });
  const sulfur = nuisances.find(({ kind }) => kind === "S8");
  const peak = (curve: Nuisance): number => {
    const at = curve.energy[curve.value.reduce((best, v, i) => (v > curve.value[best]! ? i : best), 0)]!;
    return whiteLine({ name: curve.name, energy: curve.energy, mu: curve.value, sigma: null }, [at - 4, at + 4]).value;
  };
  const scale: ChainOptions = sulfur ? { s8WhiteLine: peak(sulfur) } : {};
  const polysulfide = standards.find(({ setting }) => setting === "polysulfide")?.spectrum;
  const length = inputs.settings["polysulfide_length"];
  const calibration =
    polysulfide && typeof length === "number" ? calibrateChain(polysulfide, length, { ...scale, stepError: polysulfide.stepError }) : {};
  const formula = String(parameters["formula"] ?? "");
  const alpha = formula === "" ? undefined : overAbsorptionAlpha({ formula, element: "S", edge: "K", angleIn: 45, angleOut: 45 });
  const found = series.map((one) =>
    chainLength(one, {
      ...scale,
      ...calibration,
      nuisances,
      electrolyteShare: Number(parameters["electrolyte_share"] ?? 0),
      stepError: one.stepError,
      fluorescence: one.scan.mode === "fluorescence",
      ...(alpha === undefined ? {} : { alpha }),
    }),
  );
  for (const { name, flags } of found) for (const { code, message } of flags) notices.push({ code, message: `${name}: ${message}` });
  const curves = found.slice(0, MOST_CURVES).map((chain) => {
    const take = thinned(chain.energy.length);
    return {
      name: chain.name,
      x: take(chain.energy),
      y: take(chain.data),
      base: null,
      fitted: take(chain.fitted),
      components: [],
      marks: [
        { x: chain.terminal.energy.value, label: "terminal" },
        { x: chain.internal.energy.value, label: "internal" },
      ],
    };
  });
  const sentences = chainSentences(found);
  const value = (chain: (typeof found)[number]): number | null => ("value" in chain.x ? chain.x.value : null);
  const joined = await clockOf(inputs, series, io, notices);
  const part: Part = {
    kind: "spectroscopy",
    step: "xas.chain",
    source: inputs.source,
    title: "Chain length",
    files: partFiles(inputs),
    run: joined?.run ?? null,
    sentences,
    notices,
    command: `xas chain ${someFiles(inputs)}${windowWords(parameters)}${formula === "" ? "" : ` --formula ${formula}`}`,
    technique: "XAS",
    x: { label: "Energy", unit: "eV", reversed: false },
    y: { label: "Normalised absorption", unit: "" },
    curves,
    left: found.length - curves.length,
    over: { label: "x in M₂Sₓ", unit: "" },
    names: found.map(({ name }) => name),
    series: [
      {
        name: "mean chain length",
        values: found.map(value),
        sigma: found.map((chain) => ("value" in chain.x ? chain.x.sigma : null)),
        limits: found.map(() => null),
      },
    ],
    ...(joined ? { clock: joined.clock } : {}),
  };
  const table = makeTable([
    textColumn("spectrum", part.names as string[]),
    ...quantities(
      "x",
      "",
      found.map((chain) => ("value" in chain.x ? chain.x : null)),
    ),
    ...quantities(
      "terminal",
      "eV",
      found.map(({ terminal }) => terminal.area),
    ),
    ...quantities(
      "internal",
      "eV",
      found.map(({ internal }) => internal.area),
    ),
    textColumn(
      "flags",
      found.map(({ flags }) => flags.map(({ code }) => code).join(" ")),
    ),
    textColumn(
      "reason",
      found.map((chain) => ("value" in chain.x ? "" : chain.x.notComputable)),
    ),
  ]);
  return { files: { "chains.parquet": tableToParquet(table), "part.json": jsonBytes(part) }, notices, summary: { spectra: found.length } };
};

/** One sentence names the lengths of a whole series; each reason why there is none has one with the spectra that it holds for. */
function chainSentences(found: readonly { name: string; x: Answer }[]): Sentence[] {
  const named = found.flatMap(({ name, x }) => (isComputable(x) ? [{ name, quantity: x }] : []));
  const lengths = named.flatMap(({ name, quantity }, k) => [`${k > 0 ? ", " : ""}`, { quantity }, ` at ${name}`]);
  const reasons = new Map<string, string[]>();
  for (const { name, x } of found) {
    if (!isComputable(x)) reasons.set(x.notComputable, [...(reasons.get(x.notComputable) ?? []), name]);
  }
  return [
    ...(named.length > 0 ? [{ parts: ["Mean chain length: ", ...lengths, "."] }] : []),
    ...[...reasons].map(([reason, names]): Sentence => ({ parts: [`${names.join(", ")}: no chain length, because ${reason}.`] })),
  ];
}
