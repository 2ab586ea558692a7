/** Curves of total scattering as .gr, .fq and .sq: the head is a configuration of "name = value" lines, as PDFgetX3 writes and reads it. */

/** @param config in the order in which it is written */
export function writePdf(
  kind: "gr" | "fq" | "sq",
  config: Readonly<Record<string, string | number | boolean>>,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  sigma: ArrayLike<number> | null,
): string {
  const names = { gr: ["r(Å)", "G(Å^-2)"], fq: ["Q(Å^-1)", "F(Å^-1)"], sq: ["Q(Å^-1)", "S"] }[kind];
  const head = ["[DEFAULT]", "", ...Object.entries(config).map(([name, value]) => `${name} = ${value}`), "", "#### start data", "#S 1"];
  const rows = Array.from({ length: x.length }, (_, k) => {
    const row = [Number(x[k]!.toPrecision(9)), Number(y[k]!.toPrecision(8))];
    return (sigma ? [...row, Number(sigma[k]!.toPrecision(4))] : row).join(" ");
  });
  return `${[...head, `#L ${[...names, ...(sigma ? ["sigma"] : [])].join("  ")}`, ...rows].join("\n")}\n`;
}
