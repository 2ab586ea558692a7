/** The tomograph and the electron microscope: stacks of both cells after cycling, pictures of cathodes and interfaces. */
import { writeTiff } from "@thioscope/formats";
import { virtualSection } from "../../section.ts";
import { STACK, type StackSetup, virtualStack } from "../../stackVolume.ts";
import { type Notebook, near } from "./draw.ts";

export function pictureFiles(notebook: Notebook): void {
  const draw = notebook.draw("pictures");
  const stacks: readonly (readonly [string, StackSetup])[] = [
    ["NAS", { ...STACK, size: 56, depth: 48, thickness: near(draw, 7, 1), roughness: 0.6, pores: 4, branches: 0 }],
    ["NPS", { ...STACK, size: 56, depth: 48, thickness: near(draw, 4, 0.5), roughness: 1.2, pores: 8, branches: 4 + draw.integer(5) }],
  ];
  for (const [name, setup] of stacks) {
    const made = virtualStack(setup, `${notebook.seed} ${name}`);
    const { nx, ny, nz, values, truth } = made;
    notebook.file(`xct/${name}.tif`, () =>
      writeTiff(Array.from({ length: nz }, (_, z) => ({ width: nx, height: ny, values: values.slice(z * nx * ny, (z + 1) * nx * ny) }))),
    );
    if (name === "NAS") {
      const mean = truth.thickness.reduce((sum, t) => sum + t, 0) / truth.thickness.length;
      notebook.know("interlayer-thickness", "mean thickness of the interlayer of the NAS cell", mean * 1e6, "um");
    } else {
      notebook.know(
        "ingrowth-NPS",
        "volume of what grows into the NPS electrolyte, per area",
        (truth.branches / (nx * ny * made.voxel ** 2)) * 1e6,
        "um",
      );
    }
  }
  for (const [name, cracks, voids] of [
    ["cathode_NAS", 0, 3],
    ["cathode_NPS", 4 + draw.integer(4), 5],
    ["interface_NAS", 0, 2],
    ["interface_NPS", 3, 12 + draw.integer(8)],
  ] as const) {
    const made = virtualSection(`${notebook.seed} ${name}`, { size: 200, cracks, voids, noise: 14 });
    notebook.file(`sem/${name}.tif`, () => writeTiff([{ width: 200, height: 200, values: made.values }]));
    if (name === "cathode_NPS") notebook.know("cracks-NPS", "share of the area that is cracks, S@C-NPS", 100 * made.cracks, "%");
    if (name === "interface_NPS") notebook.know("voids-NPS", "share of the area that is voids, NPS at the anode", 100 * made.voids, "%");
  }
}
