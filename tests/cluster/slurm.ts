/**
 * A cluster of one controller and two nodes on this machine, of Debian's packages slurmctld, slurmd, slurm-client and munge, in a folder of its own: started and stopped by the test, by process id.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const NEEDED = ["slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "munged"];

/** What is missing for a cluster on this machine; null where it can be started. */
export function whyNoSlurm(): string | null {
  if (process.getuid?.() !== 0) return "Slurm's daemons are started as root";
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  const absent = NEEDED.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  return absent.length > 0 ? `${absent.join(", ")} not installed` : null;
}

export interface Cluster {
  folder: string;
  /** to be set in the environment of Slurm's programs */
  environment: Record<string, string>;
  /** Ends a node as a power cut would: its daemon and all that runs there. */
  killNode(name: "n1" | "n2"): void;
  startNode(name: "n1" | "n2"): void;
  killController(): Promise<void>;
  startController(): void;
  stop(): Promise<void>;
}

export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "thioscope-slurm-"));
  for (const name of ["state", "log", "spool-n1", "spool-n2", "munge"]) mkdirSync(join(folder, name));
  const [controller, first, second] = await Promise.all([freePort(), freePort(), freePort()]);
  const socket = join(folder, "munge", "munge.socket");
  const conf = join(folder, "slurm.conf");
  writeFileSync(conf, configuration(folder, socket, controller!, [first!, second!]));
  const environment = { SLURM_CONF: conf, PATH: `${process.env.PATH}${delimiter}/usr/sbin${delimiter}/sbin` };
  const running = new Map<string, ChildProcess>();
  const start = (name: string, program: string, ...words: string[]): void => {
    const child = spawn(program, words, { env: { ...process.env, ...environment }, stdio: "ignore", detached: true });
    child.on("error", () => {});
    running.set(name, child);
  };
  const key = join(folder, "munge", "key");
  writeFileSync(key, Buffer.alloc(128, 7), { mode: 0o400 });
  // as root and in a folder that others may write above: both are said to be meant
  start(
    "munged",
    "munged",
    "--foreground",
    "--force",
    `--socket=${socket}`,
    `--key-file=${key}`,
    `--log-file=${folder}/munge/log`,
    `--pid-file=${folder}/munge/pid`,
    `--seed-file=${folder}/munge/seed`,
  );
  const startController = (): void => start("slurmctld", "slurmctld", "-D", "-i");
  const startNode = (name: "n1" | "n2"): void => start(name, "slurmd", "-D", "-N", name);
  const kill = (name: string): Promise<void> => {
    const child = running.get(name);
    running.delete(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.kill("SIGKILL");
    });
  };
  const cluster: Cluster = {
    folder,
    environment,
    startNode,
    startController,
    killNode(name) {
      void kill(name);
      for (const pid of processesOf(conf, name)) end(pid);
    },
    killController: () => kill("slurmctld"),
    async stop() {
      for (const name of [...running.keys()]) await kill(name);
      for (const pid of processesOf(conf)) end(pid);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await until("munge", () => existsSync(socket));
    startController();
    startNode("n1");
    startNode("n2");
    await until("two idle nodes", () => sinfo(environment).filter((state) => state.startsWith("idle")).length === 2);
  } catch (error) {
    const logs = readdirSync(join(folder, "log")).map((name) => `${name}: ${readFileSync(join(folder, "log", name), "utf8").slice(-800)}`);
    await cluster.stop();
    throw new Error(`${(error as Error).message}\n${logs.join("\n")}`);
  }
  return cluster;
}

function sinfo(environment: Record<string, string>): string[] {
  try {
    const text = execFileSync("sinfo", ["-h", "-N", "-o", "%t"], {
      encoding: "utf8",
      env: { ...process.env, ...environment },
      stdio: "pipe",
    });
    return text.trim().split("\n");
  } catch {
    return [];
  }
}

const configuration = (folder: string, socket: string, controller: number, [first, second]: readonly [number, number]): string => `
ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=${controller}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${socket}
CredType=cred/munge
CommunicationParameters=NoInAddrAny
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
MinJobAge=60
MaxArraySize=1001
SlurmdParameters=config_overrides
ReturnToService=2
SlurmdTimeout=10
MpiDefault=none
SwitchType=switch/none
SchedulerParameters=sched_interval=2,batch_sched_delay=1
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool-%n
SlurmdPidFile=${folder}/slurmd-%n.pid
SlurmdLogFile=${folder}/log/slurmd-%n.log
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmctldLogFile=${folder}/log/slurmctld.log
NodeName=n1 NodeHostname=localhost NodeAddr=127.0.0.1 Port=${first} CPUs=1 RealMemory=4000
NodeName=n2 NodeHostname=localhost NodeAddr=127.0.0.1 Port=${second} CPUs=1 RealMemory=4000
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
`;

/** Processes of this cluster, of one node or of all: the step daemons and what they started. */
function processesOf(conf: string, node?: string): number[] {
  const found: number[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const words = readFileSync(`/proc/${name}/environ`, "utf8").split("\0");
      // a step daemon has no environment of its own to tell: it is the parent of what it started
      if (!words.includes(`SLURM_CONF=${conf}`) || (node && !words.includes(`SLURMD_NODENAME=${node}`))) continue;
      found.push(Number(name));
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      if (readFileSync(`/proc/${parent}/comm`, "utf8").startsWith("slurmstepd")) found.unshift(parent);
    } catch {
      // ended meanwhile
    }
  }
  return [...new Set(found)];
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // ended meanwhile
  }
}

async function until(what: string, isSo: () => boolean, seconds = 30): Promise<void> {
  for (let n = 0; n < seconds * 5; n++) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`no ${what} within ${seconds} s`);
}

/** A port that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
