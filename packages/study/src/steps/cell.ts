/** The cell file of a task. */
import type { Cell } from "@thioscope/core/cell";
import { readCellFile } from "@thioscope/formats";
import type { FileInput, StepIo } from "../stepModules.ts";

/** null where the study names no cell file. @throws ThioscopeError CELL_INVALID with file and line */
export async function loadCell(io: StepIo, input: FileInput | null | undefined): Promise<Cell | null> {
  if (!input) return null;
  const source = await io.open(input);
  return readCellFile(new TextDecoder().decode(await source.read(0, source.size)), input.file);
}
