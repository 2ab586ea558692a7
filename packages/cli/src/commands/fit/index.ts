/** thioscope fit: models fitted to measurements; the first word says which. */
import { commandOf } from "../../actions.ts";
import { fitCellAction } from "./cell.ts";

export const command = commandOf("fit", "models fitted to measured files: the conversion cathode", { cell: fitCellAction });
