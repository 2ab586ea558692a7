/**
 * What a file holds does not depend on how its bytes come: whole from memory, at odd offsets of a larger buffer, in pieces of
 * any size from a disk, or from a browser's Blob. Every real file is read in all four ways.
 */
import { readdirSync, readFileSync } from "node:fs";
import { random } from "@thioscope/core";
import { type ByteSource, type CyclingFile, readCycling, sourceOfBlob, sourceOfBytes } from "@thioscope/formats";
import { openAsByteSource } from "@thioscope/study";
import { expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";

/** Every answer is a fresh buffer in which the bytes begin at an odd offset. */
function oddSource(name: string, bytes: Uint8Array, pieces: () => number): ByteSource {
  return {
    name,
    size: bytes.length,
    async read(offset, length) {
      const shift = 1 + 2 * (pieces() % 4);
      const buffer = new Uint8Array(length + shift);
      // as a disk would: the answer is put together from pieces of changing size
      for (let done = 0; done < length; ) {
        const piece = Math.min(length - done, 1 + pieces());
        buffer.set(bytes.subarray(offset + done, offset + done + piece), shift + done);
        done += piece;
        await null;
      }
      return buffer.subarray(shift);
    },
  };
}

function fingerprint(file: CyclingFile): unknown {
  const columns = file.columns.map(({ name, unit, values, labels }) => {
    let hash = 0;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (let i = 0; i < bytes.length; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
    return [name, unit, values.length, hash, labels?.join()];
  });
  return { rows: file.rows, format: file.format, technique: file.technique, columns, notices: file.notices };
}

describeData("reading does not depend on how the bytes come", () => {
  const names = readdirSync(dataFile("echem")).filter((name) => !/README|truth|BTS85/.test(name));
  test.each(names)("%s", async (name) => {
    const path = dataFile(`echem/${name}`);
    const bytes = new Uint8Array(readFileSync(path));
    const draw = random(name);
    const whole = fingerprint(await readCycling(sourceOfBytes(name, bytes)));
    expect(fingerprint(await readCycling(oddSource(name, bytes, () => draw.integer(9000))))).toEqual(whole);
    expect(fingerprint(await readCycling(sourceOfBlob(name, new Blob([bytes]))))).toEqual(whole);
    const disk = await openAsByteSource(path);
    try {
      expect(fingerprint(await readCycling(disk))).toEqual(whole);
    } finally {
      await disk.close();
    }
  });
});
