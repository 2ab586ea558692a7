/** Gives a file of a story its electrochemistry: what was asked for, or what the file can be seen to hold. */
import { type Cell, cellArea } from "../../cell/index.ts";
import { type Notice, ThioscopeError } from "../../errors.ts";
import type { Table } from "../../table.ts";
import { isComputable } from "../../units/quantity.ts";
import type { CycleRow, RowRange, StoryFile } from "../model.ts";
import { compositionStory } from "./composition.ts";
import type { Electrochemistry } from "./model.ts";
import { symmetricStory } from "./symmetric.ts";
import { titrationOf } from "./titration.ts";
import { voltammetryStory } from "./voltammetry.ts";

/** Where so much of the run is swept its half cycles by current are none. */
const SWEPT_SHARE = 0.8;

/** The file with what was found; what has no meaning for a voltammogram or a symmetric cell is left out, with its reason. */
export function withElectrochemistry(shown: StoryFile, found: Electrochemistry, notices: readonly Notice[] = []): StoryFile {
  const file = found.symmetric?.cell === "symmetric" ? { ...shown, cycleTable: shown.cycleTable.map(withoutEnergy) } : shown;
  const all = [...file.notices, ...notices];
  const rest = Object.keys(found).length > 0 ? { electrochemistry: found } : {};
  const length = ({ first, last }: RowRange): number => last - first + 1;
  const swept = (found.voltammetry?.sweeps ?? []).reduce((sum, { rows }) => sum + length(rows), 0);
  if (swept < SWEPT_SHARE * file.rows || file.halfCycles.length === 0) return { ...file, ...rest, notices: all };
  const message = "the potential is swept: half cycles, capacities and dQ/dV by current have no meaning and are not shown";
  return {
    ...file,
    ...rest,
    cyclesByCurrent: 0,
    firstHalfCycle: null,
    referenceCycle: null,
    accuracy: null,
    halfCycles: [],
    cycleTable: [],
    rateTable: [],
    notices: [...all, { code: "no-half-cycles", message }],
  };
}

/** What a file can be seen to hold: every method that does not refuse it. D needs a length and is not among it. */
export function electrochemistryOf(file: Table & { technique: string }, cell: Cell | null): Electrochemistry {
  const answer = cell && cellArea(cell).answer;
  const area = answer && isComputable(answer) ? answer : null;
  const voltammetry = unlessRefused(() => voltammetryStory(file));
  const titration = unlessRefused(() => titrationOf(file));
  const eta = unlessRefused(() => symmetricStory(file, { area }));
  // one direction alone does not tell a symmetric cell from a full one
  const symmetric = new Set(eta?.halfCycles.map(({ direction }) => direction)).size === 2 ? eta : null;
  const composition = cell && unlessRefused(() => compositionStory(file, cell));
  return {
    ...(voltammetry && { voltammetry }),
    ...titration,
    ...(symmetric && { symmetric }),
    ...(composition && { composition }),
  };
}

/** A symmetric cell gives back no energy, and its capacity is what was set. */
function withoutEnergy(row: CycleRow): CycleRow {
  const none = { notComputable: "a symmetric cell stores no energy, and its capacity is what was set" };
  return { ...row, energyEfficiency: none, retention: none };
}

function unlessRefused<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof ThioscopeError && (error.code === "NOT_COMPUTABLE" || error.code === "COLUMN_MISSING")) return null;
    throw error;
  }
}
