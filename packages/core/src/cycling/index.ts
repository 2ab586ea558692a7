// Columns
export { type ColumnSpec, CYCLING_COLUMNS, type CyclingColumn, ROW_ORIGINS } from "./columns.ts";
