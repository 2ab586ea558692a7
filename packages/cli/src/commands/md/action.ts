/** One of the things that md does. */
import type { CommandIo, OptionSpec } from "../../command.ts";

export interface MdAction {
  usage: string;
  about: string;
  options: Readonly<Record<string, OptionSpec>>;
  examples: readonly string[];
  run(words: readonly string[], options: Readonly<Record<string, string | boolean | undefined>>, io: CommandIo): Promise<void>;
}
