/**
 * A story made by algebra, for tests of the page alone: a sulfur cell with a discharge plateau falling from
 * 2.2 V to 1.2 V, `cycles` cycles at three rates, capacity fading by 2 % per cycle.
 */
import type { Answer } from "@thioscope/core";
import type { CycleRow, HalfCycleCurve, HalfCyclePeaks, SpectrumStory, Story, StoryFile } from "@thioscope/core/story";

const POINTS = 240;
const no = (reason: string): Answer => ({ notComputable: reason });
const q = (value: number, sigma: number, unit: string): Answer => ({ value, sigma, unit });

/** Potential over the fraction of capacity: two plateaus and a tail. */
function potential(x: number, charge: boolean): number {
  const step = (at: number, width: number): number => 1 / (1 + Math.exp((x - at) / width));
  const base = 1.18 + 0.62 * step(0.28, 0.035) + 0.36 * step(0.05, 0.018) - 0.14 * x - 0.5 * Math.max(0, x - 0.94) ** 0.5;
  return charge ? 1.72 + 0.5 * x ** 2 + 0.42 / (1 + Math.exp((0.9 - x) / 0.03)) - 0.25 * Math.exp(-x / 0.02) : base;
}

/** Two Gaussian-like peaks of a discharge, the second cut off by the limit. */
function peaksOf(voltages: readonly number[]): HalfCyclePeaks {
  const shape = (at: number) => voltages.map((v) => -4 / Math.cosh((v - at) / 0.05) ** 2);
  const [one, two] = [shape(1.17), shape(1)];
  const quantity = (value: number, sigma: number, unit: string) => ({ value, sigma, unit });
  return {
    list: [
      {
        potential: quantity(1.17, 0.002, "V"),
        capacity: quantity(0.4, 0.01, "mAh"),
        width: quantity(0.088, 0.002, "V"),
        height: quantity(-4, 0.1, "mAh/V"),
        cutBy: null,
        shoulder: false,
        rows: { file: 0, first: 600, last: 800 },
        component: { from: 0, milliampereHourPerVolt: one },
      },
      {
        potential: no("cut off by the voltage limit: its top lies at or beyond it"),
        capacity: quantity(0.2, 0.01, "mAh"),
        width: quantity(0.09, 0.004, "V"),
        height: quantity(-4, 0.2, "mAh/V"),
        cutBy: "limit",
        shoulder: false,
        rows: null,
        component: { from: 0, milliampereHourPerVolt: two },
      },
    ],
    background: quantity(0.1, 0.01, "mAh"),
    outside: quantity(0, 0, "mAh"),
    closure: quantity(100, 0.1, "%"),
    shape: "logistic",
    shapeError: 0,
    curve: {
      voltageVolt: voltages,
      measured: voltages.map((_, i) => one[i]! + two[i]! - 0.1),
      fitted: voltages.map((_, i) => one[i]! + two[i]! - 0.1),
      background: voltages.map(() => -0.1),
    },
  };
}

/** R0-p(R1,C1) by algebra: R0 = 60, C1 = 1 mF, R1 = 40 ohm and 10 ohm more per spectrum, hour by hour. */
export function syntheticSpectra(count: number, violated = false): Story {
  const n = 43;
  const frequencies = Array.from({ length: n }, (_, i) => 1e5 * 10 ** (-i / 6));
  const impedance = (f: number, r: number): [number, number] => {
    const x = 2 * Math.PI * f * r * 1e-3;
    return [60 + r / (1 + x * x), (-r * x) / (1 + x * x)];
  };
  const none = frequencies.map(() => 0);
  const spectra = Array.from({ length: count }, (_, k): SpectrumStory => {
    const r = 40 + 10 * k;
    const z = frequencies.map((f) => impedance(f, r));
    const tau = Array.from({ length: 60 }, (_, j) => 1e-7 * 10 ** (j / 6));
    const gamma = tau.map((t) => r * Math.exp(-((Math.log(t / (r * 1e-3)) / 0.6) ** 2)));
    return {
      name: `cycle ${k + 1}`,
      rows: { file: 0, first: 50 * k, last: 50 * k + n - 1 },
      row: frequencies.map((_, i) => 50 * k + i),
      frequencyHertz: frequencies,
      realOhm: z.map(([re]) => re),
      imaginaryOhm: z.map(([, im]) => im),
      timeHour: k,
      cycle: k + 1,
      potentialVolt: 2 + 0.1 * k,
      temperatureCelsius: null,
      fit: {
        parameters: [
          { name: "R0", value: 60, sigma: 0.1, unit: "ohm", interval95: [59.8, 60.2], refused: null },
          { name: "R1", value: r, sigma: 0.2, unit: "ohm", interval95: [r - 0.4, r + 0.4], refused: null },
          { name: "C1", value: 1e-3, sigma: null, unit: "F", interval95: null, refused: "C1 is not determined by the data" },
        ],
        chi2: 1e-4,
        curve: { frequencyHertz: frequencies, realOhm: z.map(([re]) => re), imaginaryOhm: z.map(([, im]) => im) },
        residualRealPercent: none,
        residualImaginaryPercent: none,
        warnings: [],
      },
      validity: {
        ranges: [
          { fromHertz: 1e5, toHertz: 1, timesNoise: 1, consistent: true, reason: null },
          {
            fromHertz: 0.7,
            toHertz: 0.01,
            timesNoise: violated ? 5 : 1,
            consistent: !violated,
            reason: violated ? "the low-frequency end" : null,
          },
        ],
        noisePercent: 0.2,
        residualRealPercent: none,
        residualImaginaryPercent: none,
        verdict: "stated by the algebra",
      },
      relaxation: {
        tauSecond: tau,
        gammaOhm: gamma,
        sigmaOhm: gamma.map((g) => 0.02 * g + 0.1),
        peaks: [
          {
            tau: { value: r * 1e-3, sigma: 1e-4, unit: "s" },
            resistance: { value: r, sigma: 1, unit: "ohm" },
            fromSecond: 1e-7,
            toSecond: 100,
          },
        ],
        seriesResistance: { value: 60, sigma: 0.1, unit: "ohm" },
        inductance: { value: 0, sigma: null, unit: "H" },
      },
    };
  });
  const { files, ...story } = syntheticStory(1);
  const file: StoryFile = {
    ...files[0]!,
    name: "layer.mpt",
    technique: "PEIS",
    rows: 50 * count,
    cycles: 0,
    cyclesByCurrent: 0,
    trace: { row: [], timeHour: [], voltageVolt: [], currentMilliampere: [] },
    halfCycles: [],
    cycleTable: [],
    rateTable: [],
    impedance: { circuit: { text: "R0-p(R1,C1)", how: "declared", weights: "modulus" }, spectra },
  };
  const sentences: Story["sentences"] = [
    {
      about: { what: "impedance", file: 0 },
      parts: ["R1 is ", { quantity: { value: 40, sigma: 0.2, unit: "ohm" }, from: spectra[0]!.rows }, "."],
    },
  ];
  return { ...story, title: "A growing layer", files: [file], sentences };
}

/** @param withPeaks the discharges have peaks, one of them cut off */
export function syntheticStory(cycles = 5, withPeaks = false): Story {
  const halfCycles: HalfCycleCurve[] = [];
  const cycleTable: CycleRow[] = [];
  const trace = { row: [] as number[], timeHour: [] as number[], voltageVolt: [] as number[], currentMilliampere: [] as number[] };
  let row = 0;
  let time = 0;
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const current = [0.1656, 0.276, 0.552][Math.floor(((cycle - 1) * 3) / cycles)]!;
    const capacity = 2.1 * 0.98 ** (cycle - 1) * (current > 0.2 ? (current > 0.5 ? 0.78 : 0.92) : 1);
    const from = row;
    for (const direction of ["discharge", "charge"] as const) {
      const first = row;
      const charge = direction === "charge";
      const points = Array.from({ length: POINTS }, (_, i) => {
        const x = i / (POINTS - 1);
        const noise = 0.0008 * Math.sin(i * 12.9898 + cycle * 78.233);
        return {
          row: first + i * 4,
          time: time + (x * capacity) / current,
          q: x * capacity,
          v: potential(x, charge) + noise - (charge ? -1 : 1) * current * 0.08,
        };
      });
      for (const p of points) {
        trace.row.push(p.row);
        trace.timeHour.push(p.time);
        trace.voltageVolt.push(p.v);
        trace.currentMilliampere.push(charge ? current : -current);
      }
      const bins = Array.from({ length: 120 }, (_, k) => 1 + (k * 1.8) / 119);
      const dq = bins.map(
        (v) => points.reduce((sum, p, i) => sum + (i > 0 && Math.abs(p.v - v) < 0.0075 ? p.q - points[i - 1]!.q : 0), 0) / 0.015,
      );
      const sign = charge ? 1 : -1;
      halfCycles.push({
        cycle,
        direction,
        rows: { file: 0, first, last: first + (POINTS - 1) * 4 },
        row: points.map((p) => p.row),
        timeHour: points.map((p) => p.time),
        capacityMilliampereHour: points.map((p) => p.q),
        voltageVolt: points.map((p) => p.v),
        dqdv: {
          binWidthVolt: 0.015,
          how: "chosen",
          voltageVolt: bins,
          milliampereHourPerVolt: dq.map((v) => sign * v),
          sigma: dq.map((v) => 0.05 + 0.06 * v),
        },
        peaks: withPeaks && !charge ? peaksOf(bins) : null,
      });
      row = first + (POINTS - 1) * 4 + 1;
      time = points.at(-1)!.time;
      for (let i = 0; i < 6; i++) {
        trace.row.push(row);
        trace.timeHour.push(time + i * 0.1);
        trace.voltageVolt.push(charge ? 2.3 + 0.2 * Math.exp(-i) : 1.45 - 0.4 * Math.exp(-i));
        trace.currentMilliampere.push(0);
        row++;
      }
      time += 0.6;
    }
    const discharge = q(capacity, 0.004, "mAh");
    cycleTable.push({
      cycle,
      rows: { file: 0, first: from, last: row - 1 },
      chargeCapacity: q(capacity * 1.006, 0.004, "mAh"),
      dischargeCapacity: discharge,
      coulombicEfficiency: q(100 / 1.006, 0.2, "%"),
      chargeRecovery: q(100.6 - 0.3 * cycle, 0.2, "%"),
      energyEfficiency: q(78.2, 0.2, "%"),
      chargeEnergy: q(capacity * 1.95, 0.006, "mWh"),
      dischargeEnergy: q(capacity * 1.38, 0.006, "mWh"),
      meanChargeVoltage: q(1.95, 0.002, "V"),
      meanDischargeVoltage: q(1.38, 0.002, "V"),
      polarisation: q(0.57, 0.003, "V"),
      retention: cycle === 1 ? no("cycle 1 is the reference") : q(100 * 0.98 ** (cycle - 1), 0.3, "%"),
      chargeCurrent: q(current, 0.0004, "mA"),
      dischargeCurrent: q(current, 0.0004, "mA"),
      durationHour: (2 * capacity) / current,
    });
  }
  const groups = [...new Set(cycleTable.map((c) => (c.dischargeCurrent as { value: number }).value))].map((current) =>
    cycleTable.filter((c) => (c.dischargeCurrent as { value: number }).value === current),
  );
  const file: StoryFile = {
    name: "cell-12.csv",
    hash: "5f1d7a84db00d2fce00b31a7fc73224f5f1d7a84db00d2fce00b31a7fc73224f",
    format: "bdf-csv",
    technique: "cycling",
    rows: row,
    cycles,
    cyclesByCurrent: cycles,
    firstHalfCycle: "discharge",
    referenceCycle: 1,
    accuracy: { how: "stated by the algebra", assumed: true },
    meta: { device: "synthetic", channel: 12 },
    notices: [{ code: "clock", message: "the wall clock runs 0.2 % faster than the test time", rows: [10, 2000] }],
    trace,
    bases: [
      { unit: "mAh/g", label: "Specific capacity", factor: 1 / 0.00165, relativeSigma: 0.02 },
      { unit: "mAh", label: "Capacity", factor: 1, relativeSigma: 0 },
      { unit: "mAh/cm2", label: "Areal capacity", factor: 1 / 0.785, relativeSigma: 0.01 },
      { unit: "x in Na2Sx", label: "Composition", factor: 0.725, relativeSigma: 0.02 },
    ],
    halfCycles,
    cycleTable,
    rateTable: groups.map((g) => ({
      firstCycle: g[0]!.cycle,
      lastCycle: g.at(-1)!.cycle,
      backAt: null,
      dischargeCurrent: g[0]!.dischargeCurrent,
      chargeCurrent: g[0]!.chargeCurrent,
      rate: q((g[0]!.dischargeCurrent as { value: number }).value / 2.76, 0.001, ""),
      dischargeCapacity: g[0]!.dischargeCapacity,
      chargeCapacity: g[0]!.chargeCapacity,
      coulombicEfficiency: g[0]!.coulombicEfficiency,
    })),
    impedance: null,
  };
  const rows = (first: number, last: number) => ({ file: 0, first, last });
  const half = halfCycles[0]!;
  return {
    version: 3,
    parts: [],
    title: "S|NPS cell 12",
    cell: {
      name: "S|NPS cell 12",
      layers: [
        {
          role: "anode",
          label: "Na15Sn4 + C",
          thickness: no("the density of C in the anode is missing"),
          loading: q(127.3, 1.3, "mg/cm2"),
        },
        { role: "separator", label: "Na3PS4", thickness: q(463, 9, "µm"), loading: q(101.9, 1.1, "mg/cm2") },
        { role: "cathode", label: "S + C + Na3PS4", thickness: q(33.1, 0.9, "µm"), loading: q(6.37, 0.06, "mg/cm2") },
      ],
      lines: [
        { label: "Mass of sulfur", answer: q(1.65, 0.03, "mg"), how: "33 wt% of 5 mg", assumed: false },
        { label: "Sulfur loading", answer: q(2.1, 0.04, "mg/cm2"), how: "mass / area of 10 mm diameter", assumed: false },
        { label: "1 C", answer: q(2.76, 0.05, "mA"), how: "1672 mAh/g × mass of sulfur, in 1 h", assumed: false },
        {
          label: "Density of Na3PS4",
          answer: { value: 2.2, sigma: null, unit: "g/cm3" },
          how: "crystal density, literature",
          assumed: true,
        },
        { label: "Porosity of the anode", answer: no("the density of C in the anode is missing"), how: "", assumed: false },
      ],
      notices: [{ code: "np-ratio", message: "the anode holds 4.1 times the charge of the cathode: the cell is cathode-limited" }],
    },
    files: [file],
    sentences: [
      {
        parts: [
          "The first discharge gives ",
          { quantity: { value: 1273, sigma: 26, unit: "mAh/g" }, from: half.rows },
          " of sulfur at a mean of ",
          { quantity: { value: 1.38, sigma: 0.002, unit: "V" }, from: half.rows },
          ".",
        ],
      },
      {
        parts: [
          "dQ/dV has its largest peak at ",
          { quantity: { value: 1.171, sigma: 0.002, unit: "V" }, from: rows(half.rows.first + 300, half.rows.first + 800) },
          ", where Na2S2 and Na2S form.",
        ],
      },
      {
        parts: [
          "After ",
          { quantity: { value: cycles, sigma: null, unit: "" } },
          " cycles ",
          { quantity: { value: 92.2, sigma: 0.3, unit: "%" }, from: cycleTable.at(-1)!.rows },
          " of the first discharge is left.",
        ],
      },
    ],
    provenance: [
      { label: "Thioscope", value: "0.1.0" },
      { label: "dQ/dV", value: "counting in bins of 15 mV" },
    ],
  };
}
