/**
 * The truth of a virtual campaign under seal: AES-256-GCM with a key that lies beside the campaign's folder, not in it. What analyses the folder can
 * neither read nor change it.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { ThioscopeError } from "@thioscope/core";
import type { LabTruth } from "@thioscope/virtual";

const CIPHER = "aes-256-gcm";

/** What is under seal. */
export interface SealedTruth {
  recipe: string;
  seed: number;
  effects: readonly string[];
  truth: readonly LabTruth[];
}

export const newKey = (): string => randomBytes(32).toString("hex");

export function seal(content: SealedTruth, key: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv(CIPHER, Buffer.from(key, "hex"), iv);
  const data = Buffer.concat([cipher.update(JSON.stringify(content), "utf8"), cipher.final()]);
  const [nonce, tag, text] = [iv, cipher.getAuthTag(), data].map((bytes) => bytes.toString("base64"));
  return `${JSON.stringify({ cipher: CIPHER, nonce, tag, data: text })}\n`;
}

/** @throws ThioscopeError TRUTH_SEALED where the key is another one or the file was changed */
export function unseal(text: string, key: string, file: string): SealedTruth {
  try {
    const { nonce, tag, data } = JSON.parse(text) as Record<string, string>;
    const bytes = (word: string | undefined): Buffer => Buffer.from(word ?? "", "base64");
    const decipher = createDecipheriv(CIPHER, Buffer.from(key.trim(), "hex"), bytes(nonce), { authTagLength: 16 });
    decipher.setAuthTag(bytes(tag));
    return JSON.parse(Buffer.concat([decipher.update(bytes(data)), decipher.final()]).toString("utf8")) as SealedTruth;
  } catch (error) {
    throw new ThioscopeError("TRUTH_SEALED", "the truth does not open with this key, or was changed", { file }, error);
  }
}
