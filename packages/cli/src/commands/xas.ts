/** thioscope xas: X-ray absorption; the first word says what to do with the scans. */
import { commandOf } from "../actions.ts";
import { chainAction } from "../xas/chain.ts";
import { autobkAction, fitAction, ftAction, waveletAction } from "../xas/exafs.ts";
import { calibrateAction, normalizeAction } from "../xas/normalize.ts";
import { pathsAction } from "../xas/paths.ts";
import { lcfAction, mcrAction } from "../xas/series.ts";

export const command = commandOf(
  "xas",
  "X-ray absorption: calibration, XANES, combinations, chain length, EXAFS",
  {
    calibrate: calibrateAction,
    normalize: normalizeAction,
    lcf: lcfAction,
    mcr: mcrAction,
    chain: chainAction,
    autobk: autobkAction,
    ft: ftAction,
    wavelet: waveletAction,
    fit: fitAction,
    paths: pathsAction,
  },
  "Files are recognised by content: XDI, Athena projects, columns of beamlines, NXxas; several files are a series in their order.",
);
