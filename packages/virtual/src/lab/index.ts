/** The campaigns that the virtual laboratory can make. */
import type { LabRecipe } from "./campaign.ts";
import { MIXED_PRODUCTS_LAB } from "./mixedProducts.ts";
import { NA_S_OPERANDO_LAB } from "./naSOperando.ts";
import { NTSC_ELECTROLYTE_LAB } from "./ntscElectrolyte.ts";
import { SELF_SACRIFICE_LAB } from "./selfSacrifice.ts";

/** By the name of the study that analyses it. */
export const LABS: Readonly<Record<string, LabRecipe>> = Object.fromEntries(
  [NA_S_OPERANDO_LAB, SELF_SACRIFICE_LAB, MIXED_PRODUCTS_LAB, NTSC_ELECTROLYTE_LAB].map((recipe) => [recipe.name, recipe]),
);
