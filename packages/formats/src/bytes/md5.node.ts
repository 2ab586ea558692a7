/** MD5 on Node: twice as fast as JavaScript. */
import { createHash } from "node:crypto";

/** The digest as base64, as MIME headers hold it. */
export function md5Base64(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("base64");
}
