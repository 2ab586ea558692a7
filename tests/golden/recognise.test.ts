/** What each real file is, by its content alone: the folders say what they hold. */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { type RawKind, recognise } from "@thioscope/formats";
import { openAsByteSource } from "@thioscope/study";
import { expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";

async function kindsIn(folder: string, ending: RegExp): Promise<[string, RawKind | null][]> {
  const root = dataFile(folder);
  const found: [string, RawKind | null][] = [];
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !ending.test(entry.name)) continue;
    const source = await openAsByteSource(join(entry.parentPath, entry.name));
    found.push([basename(entry.name), (await recognise(source))?.kind ?? null]);
    await source.close();
  }
  return found;
}

const ONE_KIND: readonly [folder: string, ending: RegExp, kind: RawKind, other?: Readonly<Record<string, RawKind | null>>][] = [
  ["echem", /\.(mpr|mpt|nda|ndax|res|csv|xlsx|pssession)$/, "cycler"],
  // curves of relaxation times, which are no impedance
  ["eis", /\.(mpr|mpt|z|dta|DTA|dfr|i2b|idf|P00|par|pssession|xlsx)$|^data-|ZARC\d?\.csv$/, "cycler"],
  ["xas/s-k", /./, "absorption"],
  ["xas/beamlines", /./, "absorption"],
  ["xas/metals", /./, "absorption"],
  ["xas/athena", /./, "absorption"],
  ["xas/lcf", /./, "absorption"],
  ["xas/feff", /./, "path"],
  ["spectra/wdf", /./, "raman", { "renishaw_test_undefined.wdf": "spectra" }],
  // its name alone tells that the two columns of this one are a Raman spectrum
  ["spectra/raman", /./, "raman", { "NS4.txt": "spectra" }],
  ["spectra/xps", /./, "photoelectrons"],
  ["spectra/tga", /./, "thermal"],
  ["md", /XDATCAR|\.(traj|dcd|data|lammpstrj|xyz|extxyz)(\.gz)?$/, "trajectory"],
  ["topology/reference", /\.csv$/, "points"],
  ["xrd/cif", /\.cif$/, "structure"],
  ["xrd", /\.(poni|imctrl)$/, "geometry"],
  ["xrd", /\.(tif|nxs|mar2300)$/, "frames"],
  ["xrd", /\.(xy|fxye|XRA|raw|bz2)$/, "powder"],
  ["pdf", /\.(gr|fq|sq|iq)$/, "pdf"],
  ["pdf", /\.(xye|xy)$/, "powder"],
];

describeData("the kind of a raw file", () => {
  test.each(ONE_KIND)("%s %s: %s", async (folder, ending, kind, other = {}) => {
    const found = await kindsIn(folder, ending);
    expect(found.length).toBeGreaterThan(1);
    expect(found.filter(([name, is]) => is !== (name in other ? other[name]! : kind))).toEqual([]);
  });

  test("notes, licences and tables of truths are nothing that is known", async () => {
    const found = (await kindsIn(".", /^(LICENSE|truth\.json|cube8\.json|phase-volumes\.csv)$/)).filter(([, kind]) => kind !== null);
    expect(found).toEqual([]);
  });
});
