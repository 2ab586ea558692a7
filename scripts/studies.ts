// npm run studies: every study that ships, from its virtual raw files to its report.
import { prepareShipped, runAndReport, shippedStudies } from "./shippedStudies.ts";

const context = { progress() {} };
for (const name of await shippedStudies()) await runAndReport(await prepareShipped(name), context);
