/** Tables of xrd.map for the database. */

import type { Notice } from "@thioscope/core";
import { isComputable, makeTable, type Quantity, textColumn } from "@thioscope/core";
import type { FrontStage, PhaseMap, ReflectionWindow } from "@thioscope/core/diffraction";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import { answers, integers, numbers } from "../applies.ts";
import type { FollowedPhase } from "./follow.ts";
import type { ChosenPhase } from "./phases.ts";
import type { FramePlaces } from "./places.ts";
import { type CellState, cellState, type FrameClock, type RunClock } from "./runClock.ts";

/** All that xrd.map found. */
export interface MapResult {
  readonly inputs: SourceInputs;
  readonly maps: readonly PhaseMap[];
  readonly chosen: readonly ChosenPhase[];
  readonly windows: readonly ReflectionWindow[];
  readonly places: FramePlaces;
  readonly run: RunClock | null;
  readonly clock: FrameClock;
  readonly stages: readonly FrontStage[];
  readonly followed: readonly FollowedPhase[];
  readonly notices: readonly Notice[];
}

/** What the cell did at every point of the grid that has a frame; each is worked out once. */
export interface GridState {
  /** scan · positions + position */
  readonly points: readonly number[];
  readonly moments: readonly Quantity[];
  readonly states: readonly CellState[];
}

export function gridState({ grid }: FramePlaces, clock: FrameClock, run: RunClock | null): GridState {
  const points = Array.from(grid.frame.keys()).filter((at) => grid.frame[at]! >= 0);
  const moments = points.map((at) => clock.at(grid.timeSecond[at]!));
  return { points, moments, states: moments.map((moment) => cellState(run, moment)) };
}

/** Columns that say where, when and in which state of the cell a row was measured. */
export function placeColumns({ grid }: FramePlaces, { points, moments, states }: GridState, times: number): ReturnType<typeof numbers>[] {
  const n = grid.positions.length;
  const repeated = <T>(list: readonly T[]): T[] => Array.from({ length: times }, () => list).flat();
  return [
    integers("scan", repeated(points.map((at) => Math.floor(at / n) + 1))),
    numbers("position_um", "um", repeated(points.map((at) => grid.positions[at % n]!))),
    ...answers("time_second", "s", repeated(moments)),
    ...answers("potential_volt", "V", repeated(states.map((s) => s.potential))),
    ...answers("charge_mah", "mAh", repeated(states.map((s) => s.charge))),
    ...answers("x", "", repeated(states.map((s) => s.x))),
  ];
}

export function mapTable({ maps, places, run, clock }: MapResult): Uint8Array {
  const state = gridState(places, clock, run);
  const of = (pick: (map: PhaseMap) => Float64Array): number[] => maps.flatMap((map) => state.points.map((at) => pick(map)[at]!));
  return tableToParquet(
    makeTable([
      textColumn(
        "phase",
        maps.flatMap(({ phase }) => state.points.map(() => phase)),
      ),
      ...placeColumns(places, state, maps.length),
      numbers(
        "intensity",
        "count*deg",
        of((m) => m.values),
      ),
      numbers(
        "intensity_sigma",
        "count*deg",
        of((m) => m.sigma),
      ),
    ]),
  );
}

export function edgeTable({ followed, maps, places }: MapResult): Uint8Array {
  const rows = followed.flatMap(({ edges }, k) => {
    if ("notComputable" in edges) return [];
    return Array.from({ length: places.grid.scans }, (_, scan) => ({
      phase: maps[k]!.phase,
      scan: scan + 1,
      lower: edges.lower[scan]!.position,
      upper: edges.upper[scan]!.position,
      thickness: edges.thickness[scan]!,
    }));
  });
  const layers = followed.flatMap(({ layers: list }) =>
    list.flatMap((layer) =>
      layer.positions.map((position, scan) => ({ phase: layer.label, scan: scan + 1, lower: position, upper: null, thickness: null })),
    ),
  );
  const all = [...rows, ...layers];
  return tableToParquet(
    makeTable([
      textColumn(
        "layer",
        all.map((r) => r.phase),
      ),
      integers(
        "scan",
        all.map((r) => r.scan),
      ),
      ...answers(
        "lower_um",
        "um",
        all.map((r) => r.lower),
      ),
      ...answers(
        "upper_um",
        "um",
        all.map((r) => r.upper),
      ),
      ...answers(
        "thickness_um",
        "um",
        all.map((r) => (r.thickness && isComputable(r.thickness) ? r.thickness : null)),
      ),
    ]),
  );
}
