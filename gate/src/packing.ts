/** Packing and unpacking, by the streams of the browser. */
import { concatBytes } from "@noble/hashes/utils.js";

const SLICE = 64; // bytes handed to the inflater at a time: what one of them can become is at most 66 kB

/** The text in UTF-8, packed. */
export async function packed(text: string, how: CompressionFormat): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream(how));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The whole of `content` and nothing after it. A bomb is left at its first slice above `most` bytes. Throws. */
export async function inflated(content: Uint8Array, how: CompressionFormat, most: number): Promise<Uint8Array> {
  const stream = new DecompressionStream(how);
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  const feed = async () => {
    for (let at = 0; at < content.length; at += SLICE) {
      await writer.ready;
      await writer.write(content.slice(at, at + SLICE));
    }
    await writer.close();
  };
  try {
    const fed = feed();
    fed.catch(() => undefined); // told where it is read
    const plain = await gathered(reader, most);
    await fed;
    return plain;
  } catch (failure) {
    void reader.cancel().catch(() => undefined);
    throw failure;
  }
}

async function gathered(reader: ReadableStreamDefaultReader<Uint8Array>, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concatBytes(...parts);
    size += value.length;
    if (size > most) throw new Error("too much");
    parts.push(value);
  }
}
