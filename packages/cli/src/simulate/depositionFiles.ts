/** Files of `simulate deposition`: the current along the interface as CSV, potential and current density on the mesh as legacy VTK (ParaView). */
import type { Compared, Distribution } from "@thioscope/core/deposition";

export function interfaceCsv(compared: readonly Compared[]): string {
  const lines = [
    "electrolyte,pressure_form,piece,distance_micrometre,x_micrometre,z_micrometre,current_milliampere_per_square_centimetre,potential_millivolt",
  ];
  for (const { electrolyte, shift, factor } of compared) {
    for (const [form, { interface: p }] of shift === factor
      ? ([["both", shift]] as const)
      : ([
          ["shift", shift],
          ["factor", factor],
        ] as const)) {
      for (let k = 0; k < p.x.length; k++) {
        const numbers = [p.distance[k]! * 1e6, p.x[k]! * 1e6, p.z[k]! * 1e6, p.current[k]! * 0.1, p.potential[k]! * 1e3];
        lines.push([electrolyte.name, form, p.piece[k], ...numbers.map((x) => Number(x.toPrecision(10)))].join(","));
      }
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Triangles of three or six nodes with their potential, lengths in µm, potentials in mV. */
export function vtkOf({ space, potential }: Distribution, name: string): string {
  const { xy, elements, perElement: n, nodes } = space;
  const cells = elements.length / n;
  const lines = ["# vtk DataFile Version 3.0", `deposition ${name}`, "ASCII", "DATASET UNSTRUCTURED_GRID", `POINTS ${nodes} double`];
  for (let k = 0; k < nodes; k++)
    lines.push(`${Number((xy[2 * k]! * 1e6).toPrecision(9))} ${Number((xy[2 * k + 1]! * 1e6).toPrecision(9))} 0`);
  lines.push(`CELLS ${cells} ${cells * (n + 1)}`);
  for (let e = 0; e < elements.length; e += n) {
    const corners = Array.from(elements.subarray(e, e + n));
    // VTK numbers the middles from the edge between the first two corners
    lines.push(`${n} ${(n === 3 ? corners : [corners[0], corners[1], corners[2], corners[5], corners[3], corners[4]]).join(" ")}`);
  }
  lines.push(`CELL_TYPES ${cells}`);
  for (let e = 0; e < cells; e++) lines.push(n === 3 ? "5" : "22");
  lines.push(`POINT_DATA ${nodes}`, "SCALARS potential_millivolt double 1", "LOOKUP_TABLE default");
  for (let k = 0; k < nodes; k++) lines.push(String(Number((potential[k]! * 1e3).toPrecision(10))));
  return `${lines.join("\n")}\n`;
}
