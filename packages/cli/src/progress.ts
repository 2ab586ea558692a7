/** One line of progress with count, rate and time left; only on a terminal, at most ten times a second. */
interface Terminal {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface ProgressLine {
  show(done: number, total: number, label: string): void;
  clear(): void;
}

export function progressLine(out: Terminal, now: () => number = () => performance.now()): ProgressLine {
  let began = now();
  let last = Number.NEGATIVE_INFINITY;
  let current = "";
  let drawn = false;
  return {
    show(done, total, label) {
      const time = now();
      if (label !== current) {
        current = label;
        began = time;
      }
      if (!out.isTTY || (time - last < 100 && done < total)) return;
      last = time;
      const seconds = (time - began) / 1000;
      const left = done > 0 && total > done && seconds > 1 ? `, ${Math.ceil((seconds / done) * (total - done))} s left` : "";
      const text = total > 0 ? `${label} ${done} of ${total}${left}` : `${label} ${done}`;
      out.write(`\r\u001b[2K${text.slice(0, (out.columns ?? 80) - 1)}`);
      drawn = true;
    },
    clear() {
      if (drawn) out.write("\r\u001b[2K");
      drawn = false;
    },
  };
}
