// Tables over several cells
export {
  COMPARISONS,
  type ComparedCell,
  type ComparedRow,
  type Comparison,
  cellsOf,
  compareCells,
  conditionText,
  type RowOrigin,
} from "./compare.ts";
