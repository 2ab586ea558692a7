/** Tables of observations that other programs made, checked and put together. */
import type { Notice } from "@thioscope/core";
import type { Observation, Scale } from "@thioscope/core/evidence";
import { readObservations } from "@thioscope/formats";
import type { SourceInputs } from "../../lines.ts";
import { basename } from "../../names.ts";
import type { StepFunction } from "../../stepModules.ts";
import { jsonBytes } from "../facts.ts";

export const observationsStep: StepFunction = async (inputs, _parameters, io) => {
  const { files } = inputs as unknown as SourceInputs;
  const observations: Observation[] = [];
  const scales: Scale[] = [];
  const notices: Notice[] = [];
  for (const input of files) {
    const source = await io.open(input);
    const table = readObservations(new TextDecoder().decode(await source.read(0, source.size)), basename(input.file));
    observations.push(...table.observations);
    scales.push(...table.scales);
    notices.push(...table.notices);
  }
  return {
    files: { "observations.json": jsonBytes({ observations, scales, notices }) },
    notices,
    summary: { observations: observations.length, scales: scales.length },
  };
};
