/** What a step is: what it takes, gives, and which function computes it. Data, no code. */
import type { CONSTANTS } from "@thioscope/core";
import type { Parameters } from "./parameters.ts";

/** What a raw file was found to hold. */
export type Holds = "cycling" | "spectra" | "both";

export interface StepDefinition {
  /**
   * once per raw file of the cycler or potentiostat; once per source of another kind, with all its files; once for
   * the whole study (models, what joins); or the story itself, which runs last
   */
  per: "file" | "source" | "study" | "story";
  /** per file: what the file must hold; per source: the kind of source. All where absent */
  of?: string;
  /** steps that run before it, on the same file or source */
  needs: readonly string[];
  /** steps whose results it takes where the study runs them; of all files and sources where it runs per study */
  uses?: readonly string[];
  /** module (a key of STEP_MODULES) and function */
  module: string;
  export: string;
  parameters: Parameters;
  /** the step whose parameters it takes over, because both show the same numbers */
  parametersOf?: string;
  /** where it can be shared out: the function of its module that gives the tasks whose results it joins; none where it is too small for that */
  parts?: string;
  /** it takes the cell file; or only where a parameter of this name is true */
  takesCell?: true | string;
  /** it takes the tables of the cycler's files: the clock of everything else */
  takesRun?: true;
  /** it gives `part.json`: a part of the story */
  givesPart?: true;
  /** physical constants that enter the results */
  constants: readonly (keyof typeof CONSTANTS)[];
  description: string;
  outputs: Readonly<Record<string, string>>;
}

export type StepDefinitions = Readonly<Record<string, StepDefinition>>;
