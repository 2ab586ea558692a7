/** The command in this process, through the same `main` as the bin: a process that starts takes longer than most commands. */
import { vi } from "vitest";
import { main } from "../../packages/cli/src/main.ts";
import type { Outcome } from "./thioscope.ts";

/** Runs `thioscope ARGS…`; what it printed is kept. Pipes, signals and the exit itself: `thioscope` of thioscope.ts. */
export async function inProcess(...args: string[]): Promise<Outcome> {
  const texts = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      texts[name] += String(text);
      return true;
    }),
  );
  try {
    return { code: await main(args), ...texts };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
