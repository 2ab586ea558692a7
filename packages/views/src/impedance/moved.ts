/**
 * A fitted circuit with its parameters moved by hand: the circuit itself is evaluated, so that curve and residuals are exact. Sizes and time constants, which are fitted
 * by their logarithms, are multiplied: s σ of a value v is v exp(s σ/v).
 */
import { parseCircuit } from "@thioscope/core/impedance";
import type { SpectrumFit, SpectrumStory, StoryFile } from "@thioscope/core/story";
import type { Cursor, ViewState } from "../cursor.ts";
import type { MoverModel } from "../fit/mountMover.ts";
import { movesOf } from "../fit/moved.ts";

const idOf = (file: StoryFile, spectrum: number): string => `fit.moved/eis/${file.name}/${spectrum}`;

function circuitOf(file: StoryFile) {
  const circuit = file.impedance?.circuit;
  return circuit && "text" in circuit ? parseCircuit(circuit.text) : null;
}

function valuesOf(file: StoryFile, { parameters, account }: SpectrumFit, moves: readonly number[]): number[] {
  const circuit = circuitOf(file);
  return parameters.map(({ value }, k) => {
    const sigma = account?.parameters[k]?.sigma ?? 0;
    const by = (moves[k] ?? 0) * sigma;
    return circuit?.parameters[k]?.scale === "log" ? value * Math.exp(by / value) : value + by;
  });
}

/** Σ |Z − Ẑ|²/|Z|² by the residuals in %. */
const misfitOf = ({ residualRealPercent: re, residualImaginaryPercent: im }: SpectrumFit): number => {
  let sum = 0;
  for (let i = 0; i < re.length; i++) sum += re[i]! ** 2 + im[i]! ** 2;
  return sum;
};

const last = new WeakMap<SpectrumStory, { key: string; moved: SpectrumStory }>();

/** The spectrum with its fit as moved; itself where nothing was moved. */
export function withMoves(file: StoryFile, spectrum: SpectrumStory, index: number, state: ViewState): SpectrumStory {
  const id = idOf(file, index);
  const key = state.choices[id];
  if (!key || "notComputable" in spectrum.fit) return spectrum;
  const known = last.get(spectrum);
  if (known?.key === key) return known.moved;
  const moved = { ...spectrum, fit: movedFit(file, spectrum, spectrum.fit, movesOf(state, id)) };
  last.set(spectrum, { key, moved });
  return moved;
}

function movedFit(file: StoryFile, spectrum: SpectrumStory, fit: SpectrumFit, moves: readonly number[]): SpectrumFit {
  const circuit = circuitOf(file);
  if (!circuit) return fit;
  const values = Float64Array.from(valuesOf(file, fit, moves));
  const at = (hertz: ArrayLike<number>): Float64Array => {
    const z = new Float64Array(2 * hertz.length);
    circuit.evaluate(values, Float64Array.from(hertz), z);
    return z;
  };
  const curve = at(fit.curve.frequencyHertz);
  const own = at(spectrum.frequencyHertz);
  const part = (z: Float64Array, offset: 0 | 1): Float64Array => Float64Array.from({ length: z.length / 2 }, (_, i) => z[2 * i + offset]!);
  const share = (measured: ArrayLike<number>, offset: 0 | 1): Float64Array =>
    Float64Array.from(
      { length: measured.length },
      (_, i) => (100 * (measured[i]! - own[2 * i + offset]!)) / Math.hypot(spectrum.realOhm[i]!, spectrum.imaginaryOhm[i]!),
    );
  return {
    ...fit,
    curve: { frequencyHertz: fit.curve.frequencyHertz, realOhm: part(curve, 0), imaginaryOhm: part(curve, 1) },
    residualRealPercent: share(spectrum.realOhm, 0),
    residualImaginaryPercent: share(spectrum.imaginaryOhm, 1),
  };
}

/** Null where the fit does not say what its errors are. */
export function moverOfSpectrum(cursor: Cursor, file: StoryFile, spectrum: SpectrumStory, index: number): MoverModel | null {
  const { fit } = spectrum;
  if ("notComputable" in fit || !fit.account || !circuitOf(file)) return null;
  const { parameters } = fit.account;
  const id = idOf(file, index);
  return {
    ...{ cursor, id, parameters },
    isMovable: (k) => (parameters[k]?.sigma ?? null) !== null,
    valueAt: (k, by) =>
      valuesOf(
        file,
        fit,
        parameters.map((_, j) => (j === k ? by : 0)),
      )[k]!,
    misfit: (moves) => (moves.every((s) => s === 0) ? null : misfitOf(movedFit(file, spectrum, fit, moves)) / misfitOf(fit)),
  };
}
