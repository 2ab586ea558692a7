/**
 * The beam time of the operando work as a virtual experiment: a cell that is cycled once while a beam of 10 µm scans its cross-section again and again.
 *
 * The truth, by share u of the discharge and v of the charge that has passed (figures flagged print in cells.ts; the others chosen for the paper's picture):
 *
 *   S8       a little crystalline sulfur in the cathode, gone at u = 0.08
 *   Na2S     from u = 0.6 on, from the separator's side; its front reaches the collector at the end of the discharge. On charge it turns into Na2S2 between
 *            v = 0.15 and 0.5, from the separator's side again
 *   Na2S2    what Na2S became, less the share that is not crystalline (0.17); gone between v = 0.55 and 0.85, from the separator's side
 *   Na3PS4   separator, and with half the intensity in the cathode
 *   Na15Sn4  anode, thinner by the sodium that left
 *   cathode  34 µm thick, growing with u towards the collector, shrinking with v
 *   stress   difference σ_axial − σ_transverse: Na3PS4 of the cathode from 40 to 280 MPa over the discharge and back to 60; Na2S from 60 to 180
 *
 * Positions in µm from the anode's side; times in seconds since the cycler's start, true time. The beamline's clock is off by an offset of its own.
 */
import { random, ThioscopeError } from "@thioscope/core";
import { VIRTUAL_CELLS, type VirtualCell } from "../cells.ts";
import { REST_SECOND, USUAL_EFFECTS, type VirtualRun, virtualCycling } from "../cycler.ts";
import type { BeamtimePhase } from "./crystals.ts";

export interface BeamtimeOptions {
  /** pixels a side, default 2048 */
  readonly size?: number;
  /** default 200 */
  readonly pixelMicrometre?: number;
  /** full width at half maximum of a ring, degrees of 2θ; default 0.032 */
  readonly widthDegree?: number;
  /** default 101, from 0 in steps of 10 µm */
  readonly positions?: number;
  readonly firstMicrometre?: number;
  readonly stepMicrometre?: number;
  /** default: until the end of the charge */
  readonly scans?: number;
  /** first scan, from 0; default 0 */
  readonly firstScan?: number;
  /** from one scan to the next, default 1800 */
  readonly periodSecond?: number;
  /** beamline's clock less the cycler's, s; drawn where absent */
  readonly clockOffsetSecond?: number;
  readonly seed: number | string;
}

/** A phase between two positions. */
export interface BeamtimeDomain {
  readonly phase: BeamtimePhase;
  readonly fromMicrometre: number;
  readonly toMicrometre: number;
  /** share of what fills the beam */
  readonly amount: number;
  /** σ_axial − σ_transverse, MPa */
  readonly difference: number;
  /** strain for a stress, over what the phase's constants give; 1 where absent */
  readonly compliance?: number;
}

export interface BeamtimeMoment {
  readonly timeSecond: number;
  /** µm: anode | separator | cathode | collector */
  readonly edges: readonly [anodeEnd: number, cathodeBegin: number, cathodeEnd: number];
  readonly domains: readonly BeamtimeDomain[];
}

export interface BeamtimeFrame {
  readonly scan: number;
  readonly position: number;
  /** µm */
  readonly place: number;
  /** middle of the exposure, true time */
  readonly timeSecond: number;
}

export interface BeamtimeExperiment {
  readonly size: number;
  readonly pixelMetre: number;
  readonly widthDegree: number;
  readonly wavelengthAngstrom: number;
  readonly distanceMetre: number;
  /** of the calibrant; the beam drifts by {@link driftMetre} */
  readonly beamRow: number;
  readonly beamColumn: number;
  readonly tiltDegree: number;
  readonly tiltPlaneDegree: number;
  readonly beamMicrometre: number;
  readonly positions: number;
  readonly scans: number;
  readonly exposureSecond: number;
  readonly clockOffsetSecond: number;
  readonly stackMPa: number;
  readonly cell: VirtualCell;
  readonly run: VirtualRun;
  readonly seed: string;
  /** true times */
  readonly events: {
    readonly dischargeBegin: number;
    readonly dischargeEnd: number;
    readonly chargeBegin: number;
    readonly chargeEnd: number;
  };
  readonly frame: (scan: number, position: number) => BeamtimeFrame;
  readonly moment: (timeSecond: number) => BeamtimeMoment;
  /** rows, columns */
  readonly driftMetre: (timeSecond: number) => readonly [number, number];
}

export const BEAMTIME_TRUTH = {
  anodeEnd: 430,
  separator: 514,
  cathode: 34,
  growth: 7.8,
  sulfideOnset: 0.6,
  amorphousDisulfide: 0.17,
  electrolyteMPa: 280,
  sulfideMPa: 180,
} as const;

const LEAST_SIZE = 64;

/** Throws INVALID_INPUT for a detector, scan or count that cannot be. */
export function virtualBeamtime(options: BeamtimeOptions): BeamtimeExperiment {
  const { size = 2048, pixelMicrometre = 200, positions = 101, stepMicrometre = 10, firstMicrometre = 0, periodSecond = 1800 } = options;
  const whole = (what: string, n: number, least: number, most: number): void => {
    if (!(Number.isInteger(n) && n >= least && n <= most))
      throw new ThioscopeError("INVALID_INPUT", `virtual beam time: ${n} ${what}; ${least} to ${most} are offered`);
  };
  whole("pixels a side", size, LEAST_SIZE, 4096);
  whole("positions", positions, 1, 1000);
  if (!(pixelMicrometre > 0 && stepMicrometre > 0 && periodSecond > 0 && Number.isFinite(firstMicrometre)))
    throw new ThioscopeError("INVALID_INPUT", "virtual beam time: pixel, step and period are positive");
  const draw = random(`beam time/${options.seed}`);
  const pixelMetre = pixelMicrometre * 1e-6;
  const base = VIRTUAL_CELLS["na-s-nps"];
  // a tenth of the laboratory's cell in area, with its loadings; one cycle
  const cell: VirtualCell = {
    ...base,
    title: "S|NPS operando, 80 °C",
    activeMassGram: 0.165e-3,
    areaSquareCentimetre: 0.0786,
    protocol: [
      {
        cycles: 1,
        currentMilliamperePerGram: 100,
        dischargeMilliampereHourPerGram: [1249, 1249],
        chargeRecovery: [0.962, 0.962],
      },
    ],
  };
  const run = virtualCycling(cell, String(options.seed), { ...USUAL_EFFECTS, restarts: 0 });
  const [discharge, charge] = run.truth.halfCycles.map((h) => (3600 * h.capacityMilliampereHour) / h.currentMilliampere);
  const dischargeEnd = REST_SECOND + discharge!;
  const chargeBegin = dischargeEnd + REST_SECOND;
  const events = { dischargeBegin: REST_SECOND, dischargeEnd, chargeBegin, chargeEnd: chargeBegin + charge! };
  const scans = options.scans ?? Math.ceil(events.chargeEnd / periodSecond);
  whole("scans", scans, 1, 10_000);
  const firstScan = options.firstScan ?? 0;
  whole("scans before the first", firstScan, 0, 10_000);
  const offset = options.clockOffsetSecond ?? Math.round(240 * draw.fork("clock").normal());
  const drift = draw.fork("drift");
  const phases = [drift.uniform(), drift.uniform()].map((u) => 2 * Math.PI * u) as [number, number];
  const slot = periodSecond / positions;
  const away = (0.2e-3 * 2048) / (size * pixelMetre);
  return {
    size,
    pixelMetre,
    widthDegree: options.widthDegree ?? 0.032,
    wavelengthAngstrom: 12.398419843 / 87.1,
    distanceMetre: 1.481,
    beamRow: size / 2 + (0.0035 * size) / Math.max(1, away),
    beamColumn: size / 2 - 0.005 * size,
    tiltDegree: 0.4,
    tiltPlaneDegree: 35,
    beamMicrometre: 10,
    positions,
    scans,
    exposureSecond: 0.6 * slot,
    clockOffsetSecond: offset,
    stackMPa: 50,
    cell,
    run,
    seed: String(options.seed),
    events,
    frame: (scan, position) => ({
      scan,
      position,
      place: firstMicrometre + position * stepMicrometre,
      timeSecond: (firstScan + scan) * periodSecond + (position + 0.5) * slot,
    }),
    moment: (t) => momentAt(t, events),
    driftMetre: (t) => [6e-5 * Math.sin((2 * Math.PI * t) / 108_000 + phases[0]), 4e-5 * Math.sin((2 * Math.PI * t) / 72_000 + phases[1])],
  };
}

const between = (x: number, a: number, b: number): number => Math.min(1, Math.max(0, (x - a) / (b - a)));

function momentAt(timeSecond: number, events: BeamtimeExperiment["events"]): BeamtimeMoment {
  const T = BEAMTIME_TRUTH;
  const u = between(timeSecond, events.dischargeBegin, events.dischargeEnd);
  const v = between(timeSecond, events.chargeBegin, events.chargeEnd);
  const begin = T.anodeEnd + T.separator;
  const thickness = T.cathode + T.growth * (u - v);
  const end = begin + thickness;
  const domains: BeamtimeDomain[] = [
    { phase: "Na15Sn4", fromMicrometre: -1e4, toMicrometre: T.anodeEnd, amount: 1 - 0.15 * (u - v), difference: 0 },
    { phase: "c-Na3PS4", fromMicrometre: T.anodeEnd, toMicrometre: begin, amount: 1, difference: -15 + 10 * (u - v) },
    {
      phase: "c-Na3PS4",
      fromMicrometre: begin,
      toMicrometre: end,
      amount: (0.5 * T.cathode) / thickness,
      difference: v > 0 ? T.electrolyteMPa - (T.electrolyteMPa - 60) * v : 40 + (T.electrolyteMPa - 40) * u,
    },
  ];
  const add = (phase: BeamtimePhase, from: number, to: number, amount: number, difference: number): void => {
    if (to - from > 1e-9 && amount > 0)
      domains.push({ phase, fromMicrometre: begin + from * thickness, toMicrometre: begin + to * thickness, amount, difference });
  };
  add("S8", between(u, 0, 0.08), 1, 1, 0);
  const grown = between(u, T.sulfideOnset, 1);
  const turned = between(v, 0.15, 0.5);
  add("Na2S", turned, grown, 1, v > 0 ? T.sulfideMPa - 80 * v : 60 + (T.sulfideMPa - 60) * grown);
  add("Na2S2", between(v, 0.55, 0.85), turned, 1 - T.amorphousDisulfide, 90);
  return { timeSecond, edges: [T.anodeEnd, begin, end], domains };
}
