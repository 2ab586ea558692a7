/** Which raw file a spectrum of a part was read from. */
import type { PartOf } from "@thioscope/core/story";
import type { RawPlace } from "../figure/model.ts";

type Part = Pick<PartOf<"spectroscopy">, "files">;

const stem = (name: string): string => name.replace(/\.[^.]*$/, "");

/**
 * The file of the spectrum that is called `name`, the `place`-th of `count`: by its name, or by its place where each file holds one. Null where that
 * does not tell it.
 */
export function rawOfSpectrum({ files }: Part, name: string, place: number, count: number): RawPlace | null {
  const named = files.filter((file) => file.name === name || stem(file.name) === name || stem(name) === stem(file.name));
  const file = named.length === 1 ? named[0] : files.length === 1 ? files[0] : files.length === count ? files[place] : undefined;
  return file ? { file, about: name } : null;
}
