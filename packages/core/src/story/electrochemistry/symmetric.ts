/** A symmetric cell, or the soft shorts of a full one, as a story shows it. */
import { cyclingSeries, flowOf, halfCycles, kindOfTechnique, NO_CYCLES } from "../../cycling/index.ts";
import { ThioscopeError } from "../../errors.ts";
import { criticalCurrent, overpotentials, type SoftShorts, softShorts, stabilisation } from "../../symmetric/index.ts";
import type { Table } from "../../table.ts";
import type { Quantity } from "../../units/quantity.ts";
import type { RowRange } from "../model.ts";
import type { SymmetricStory } from "./model.ts";

export interface SymmetricOptions {
  /** area of the electrodes, for current densities */
  area?: Quantity | null;
  /** a full cell: soft shorts alone */
  full?: boolean;
}

/** @throws ThioscopeError NOT_COMPUTABLE where the potential does not follow the sign of the current (unless `full`), COLUMN_MISSING */
export function symmetricStory(file: Table & { technique: string }, { area = null, full = false }: SymmetricOptions = {}): SymmetricStory {
  const kind = kindOfTechnique(file.technique);
  if (kind !== "cycling") throw new ThioscopeError("NOT_COMPUTABLE", NO_CYCLES[kind]);
  const halves = halfCycles(flowOf(cyclingSeries(file)));
  if (full) {
    if (halves.length === 0) throw new ThioscopeError("NOT_COMPUTABLE", "the file holds no half cycle");
    const none = { notComputable: "a full cell: only soft shorts are looked for" };
    return { cell: "full", halfCycles: [], stabilisation: none, criticalCurrent: none, softShorts: placedSigns(softShorts(halves)) };
  }
  const eta = overpotentials(halves, area);
  const shorts = softShorts(halves, eta);
  return {
    cell: "symmetric",
    halfCycles: eta.map((half) => ({ ...half, rows: placed(half.rows) })),
    stabilisation: stabilisation(eta),
    criticalCurrent: criticalCurrent(eta, shorts.signs),
    softShorts: placedSigns(shorts),
  };
}

const placed = ([first, last]: readonly [number, number]): RowRange => ({ file: 0, first, last });

function placedSigns({ signs, ...shorts }: SoftShorts): SymmetricStory["softShorts"] {
  return { ...shorts, signs: signs.map((sign) => ({ ...sign, rows: placed(sign.rows) })) };
}
