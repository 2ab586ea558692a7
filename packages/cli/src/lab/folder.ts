/** A virtual campaign on disk: raw files, the study that analyses them, the sealed truth; the key lies beside the folder. */
import { chmod, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { checkCancelled, nearest, type TaskContext, ThioscopeError } from "@thioscope/core";
import { writeAtomic } from "@thioscope/study/files";
import { LABS, type LabRecipe } from "@thioscope/virtual";
import { newKey, type SealedTruth, seal, unseal } from "./seal.ts";

/** The studies that ship with the program. */
export const STUDIES: string = fileURLToPath(new URL("../../../../studies/", import.meta.url));

const SEALED = "truth.sealed";

const keyBeside = (folder: string): string => join(dirname(resolve(folder)), `${basename(resolve(folder))}.key`);

/** @throws ThioscopeError USAGE with what there is */
export function recipeOf(name: string): LabRecipe {
  const recipe = Object.hasOwn(LABS, name) ? LABS[name] : Object.values(LABS).find(({ also }) => also?.includes(name));
  if (recipe) return recipe;
  const names = Object.keys(LABS);
  const guess = nearest(name, names);
  throw new ThioscopeError("USAGE", `"${name}" is no campaign${guess ? `; did you mean "${guess}"?` : ""}: ${names.join(", ")}`);
}

export interface WrittenCampaign {
  files: number;
  bytes: number;
  key: string;
}

/**
 * Writes a campaign. Files that are there and equal are left alone; the study's own files (cells, steps, panels, claims) come from the shipped study of
 * the same name unless the folder is that study.
 *
 * @throws ThioscopeError USAGE where the folder holds something else, CANCELLED
 */
export async function writeCampaign(recipe: LabRecipe, folder: string, seed: number, context: TaskContext): Promise<WrittenCampaign> {
  const home = join(STUDIES, recipe.name);
  const isHome = resolve(folder) === resolve(home);
  if (!isHome) await refuseForeign(folder);
  await mkdir(folder, { recursive: true });
  const { files, truth } = recipe.campaign(seed);
  // what is sealed comes first: a folder that was begun is known by it
  const key = await sealInto(folder, { recipe: recipe.name, seed, effects: recipe.effects, truth });
  let bytes = 0;
  for (const [i, file] of files.entries()) {
    checkCancelled(context);
    context.progress(i, files.length, file.path);
    const content = await file.bytes();
    bytes += content.length;
    await putFile(join(folder, file.path), content);
  }
  if (!isHome) for (const name of await templates(home)) await putFile(join(folder, name), await readFile(join(home, name)));
  return { files: files.length, bytes, key };
}

/** Files of a shipped study that are no results and no raw files. */
async function templates(home: string): Promise<string[]> {
  const names = await readdir(home).catch(() => []);
  const found = names.filter((name) => /\.(ya?ml|csv|cif)$/.test(name));
  if (!found.includes("study.yaml"))
    throw new ThioscopeError("FILE_MISSING", "the shipped study is not beside the program", { file: join(home, "study.yaml") });
  return found;
}

async function refuseForeign(folder: string): Promise<void> {
  const names: string[] = await readdir(folder).catch(() => []);
  if (names.length > 0 && !names.includes(SEALED))
    throw new ThioscopeError("USAGE", `the folder is not empty and holds no campaign: ${names.slice(0, 3).join(", ")} …`, { file: folder });
}

async function putFile(path: string, content: Uint8Array): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => -1,
  );
  if (size === content.length && (await readFile(path)).equals(content)) return;
  await mkdir(dirname(path), { recursive: true });
  await writeAtomic(path, content);
}

/** The same truth keeps its seal. */
async function sealInto(folder: string, content: SealedTruth): Promise<string> {
  const path = keyBeside(folder);
  const there = await openCampaign(folder).catch(() => undefined);
  if (there && JSON.stringify(there) === JSON.stringify(content)) return path;
  const key = newKey();
  await writeAtomic(path, `${key}\n`);
  await chmod(path, 0o600);
  await writeAtomic(join(folder, SEALED), seal(content, key));
  return path;
}

/** Breaks the seal. */
export async function openCampaign(folder: string, keyFile: string = keyBeside(folder)): Promise<SealedTruth> {
  const file = join(folder, SEALED);
  const text = async (path: string, what: string): Promise<string> => {
    try {
      return await readFile(path, "utf8");
    } catch (error) {
      throw new ThioscopeError("FILE_MISSING", what, { file: path }, error);
    }
  };
  const sealed = await text(file, "the folder holds no sealed truth: it is no campaign of the virtual laboratory");
  return unseal(sealed, await text(keyFile, "the key of the sealed truth is not there: give it with --key"), file);
}
