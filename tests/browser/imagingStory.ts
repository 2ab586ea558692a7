/** The story of a scan, a volume and a section of virtual instruments: run as a study, as a user would. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { currentStory, type Story } from "@thioscope/core/story";
import { writeTiff } from "@thioscope/formats";
import { readStory, readStudy, runStudy } from "@thioscope/study";
import { PELLET, STACK, TOMOGRAPH, virtualScan, virtualSection, virtualStack } from "@thioscope/virtual";

const ROWS = 4;

const YAML = `title: Cell after cycling
sources:
  scan: { files: raw/projections.tif, kind: scan, flat: raw/flat.tif, dark: raw/dark.tif, pixel: 3.61 um }
  cell: { files: raw/cell.tif, kind: volume, voxel: 3.61 um }
  sem: { files: raw/section.tif, kind: section, pixel: 50 nm }
steps: [tomo.reconstruct, tomo.segment, image.cracks, story]
`;

/** Raw files and study.yaml in `folder`. */
export async function imagingStudy(folder: string, columns = 160): Promise<void> {
  await mkdir(join(folder, "raw"), { recursive: true });
  const write = (name: string, bytes: Uint8Array): Promise<void> => writeFile(join(folder, "raw", name), bytes);
  const scans = Array.from({ length: ROWS }, (_, row) =>
    virtualScan(PELLET, { ...TOMOGRAPH, columns, angles: 180, shift: 2.4 }, `row ${row}`),
  );
  const picture = (of: (scan: (typeof scans)[number]) => Uint16Array) => {
    const values = new Uint16Array(ROWS * columns);
    for (const [row, scan] of scans.entries()) values.set(of(scan), row * columns);
    return { width: columns, height: ROWS, values };
  };
  const angles = Array.from({ length: 180 }, (_, a) => picture(({ counts }) => counts.subarray(a * columns, (a + 1) * columns)));
  await write("projections.tif", writeTiff(angles));
  await write("flat.tif", writeTiff([picture(({ flat }) => flat)]));
  await write("dark.tif", writeTiff([picture(({ dark }) => dark)]));
  const { nx, ny, nz, values } = virtualStack({ ...STACK, branches: 5 }, "guide");
  const slices = Array.from({ length: nz }, (_, z) => ({ width: nx, height: ny, values: values.slice(z * nx * ny, (z + 1) * nx * ny) }));
  await write("cell.tif", writeTiff(slices));
  const section = virtualSection("guide", { size: 256, cracks: 3, voids: 6, noise: 15 });
  await write("section.tif", writeTiff([{ width: 256, height: 256, values: section.values }]));
  await writeFile(join(folder, "study.yaml"), YAML);
}

export async function imagingStory(): Promise<Story> {
  const folder = await mkdtemp(join(tmpdir(), "thioscope-imaging-"));
  try {
    await imagingStudy(folder);
    await runStudy(await readStudy(folder));
    return currentStory(JSON.parse((await readStory(folder))!) as Story);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
