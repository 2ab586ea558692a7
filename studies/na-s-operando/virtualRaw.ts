/** The raw files of this study, as the virtual cycler writes them: the same bytes every time. */
import { VIRTUAL_CELLS, VIRTUAL_ENDINGS, virtualCycling, writeVirtual } from "@thioscope/virtual";

const FORMAT = "biologic-mpt";

export function virtualRaw(): readonly { path: string; bytes: Uint8Array }[] {
  const run = virtualCycling(VIRTUAL_CELLS["na-s-nps"], "operando");
  return [{ path: `raw/cycling${VIRTUAL_ENDINGS[FORMAT]}`, bytes: writeVirtual(run, FORMAT) }];
}
