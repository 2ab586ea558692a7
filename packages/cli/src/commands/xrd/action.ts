/** What an action of `thioscope xrd` is. */
import type { Command } from "../../command.ts";

export type XrdAction = Pick<Command, "usage" | "about" | "options" | "examples" | "run">;
