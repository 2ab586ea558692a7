/** The campaigns that the virtual laboratory can make. */
import type { LabRecipe } from "./campaign.ts";
import { NA_S_OPERANDO_LAB } from "./naSOperando.ts";

/** By the name of the study that analyses it. */
export const LABS: Readonly<Record<string, LabRecipe>> = Object.fromEntries([NA_S_OPERANDO_LAB].map((recipe) => [recipe.name, recipe]));
