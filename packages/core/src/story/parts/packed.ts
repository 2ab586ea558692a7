/** Many numbers in a part as whole steps of 16 bits in base64: a third of what they take as text, and read at once. */

export interface PackedNumbers {
  /** what one step stands for */
  step: number;
  /** 16-bit integers with sign, low byte first, in base64 */
  bytes: string;
}

const LARGEST = 32_767;

/** Numbers without NaN; the error is at most half a step, 1/65534 of the largest. */
export function packNumbers(values: ArrayLike<number>): PackedNumbers {
  let most = 0;
  for (let k = 0; k < values.length; k++) most = Math.max(most, Math.abs(values[k]!));
  const step = most > 1e-300 ? most / LARGEST : 1;
  const bytes = new Uint8Array(2 * values.length);
  const view = new DataView(bytes.buffer);
  for (let k = 0; k < values.length; k++) view.setInt16(2 * k, Math.round(values[k]! / step), true);
  let text = "";
  // so many arguments at a time as every engine takes
  for (let k = 0; k < bytes.length; k += 8192) text += String.fromCharCode(...bytes.subarray(k, k + 8192));
  return { step, bytes: btoa(text) };
}

export function unpackNumbers({ step, bytes }: PackedNumbers): Float32Array {
  const text = atob(bytes);
  const out = new Float32Array(text.length >> 1);
  for (let k = 0; k < out.length; k++) {
    const word = text.charCodeAt(2 * k) | (text.charCodeAt(2 * k + 1) << 8);
    out[k] = step * (word > LARGEST ? word - 65_536 : word);
  }
  return out;
}
