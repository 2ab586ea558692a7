/** A file that is open while it is read. */
import { ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "@thioscope/formats/bytes";
import { openAsByteSource } from "@thioscope/study/files";

/** What `read` gives of an open file, which is closed behind it; errors name the file as the user did. */
export async function opened<T>(path: string, read: (source: ByteSource) => Promise<T>): Promise<T> {
  const source = await openAsByteSource(path);
  try {
    return await read(source);
  } catch (error) {
    // the file as the user named it
    throw error instanceof ThioscopeError
      ? new ThioscopeError(error.code, error.message, { ...error.place, file: path }, error.cause)
      : error;
  } finally {
    await source.close();
  }
}
