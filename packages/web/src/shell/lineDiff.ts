/** Two short texts line by line: what went, what came, what stayed (longest common subsequence). */
export interface DiffLine {
  sign: "+" | "−" | " ";
  text: string;
}

export function lineDiff(before: string, now: string): DiffLine[] {
  const a = before.split("\n");
  const b = now.split("\n");
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        a[i] === b[j] ? 1 + longest[(i + 1) * width + j + 1]! : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: " ", text: a[i++]! });
      j++;
    } else if (i < a.length && (j === b.length || longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!)) {
      lines.push({ sign: "−", text: a[i++]! });
    } else lines.push({ sign: "+", text: b[j++]! });
  }
  return lines;
}
