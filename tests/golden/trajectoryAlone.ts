/** Reads one trajectory in a process of its own and prints how many frames there were and the most memory that was resident, MB. */
import { readFileSync } from "node:fs";
import { readTrajectory } from "@thioscope/formats/trajectory";
import { openAsByteSource } from "@thioscope/study/files";

const [path = ""] = process.argv.slice(2);
const source = await openAsByteSource(path);
const { frames, species } = await readTrajectory(source, { frame: () => true });
await source.close();
// of this process alone: what getrusage says includes its parent before exec
const kilobytes = Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "latin1"))?.[1]);
console.log(JSON.stringify({ frames, atoms: species.length, megabytes: kilobytes / 1024 }));
