/** RFC 4648: base64 as it is written, and read in both of its alphabets, with padding or without. */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES: Readonly<Record<string, number>> = {
  ...Object.fromEntries([...LETTERS].map((letter, value) => [letter, value])),
  "-": 62,
  _: 63,
};

/** Padded, in the usual alphabet. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const letters = [18, 12, 6, 0].map((shift) => LETTERS.charAt((three >> shift) & 63));
    text += letters
      .slice(0, Math.min(3, bytes.length - at) + 1)
      .join("")
      .padEnd(4, "=");
  }
  return text;
}

/** The bytes. Throws for a letter that is none. */
export function bytesOf(text: string): Uint8Array {
  const plain = text.replace(/={0,2}$/u, "");
  const bytes = new Uint8Array(Math.floor((plain.length * 3) / 4));
  let [held, bits, at] = [0, 0, 0];
  for (const letter of plain) {
    const value = VALUES[letter];
    if (value === undefined) throw new Error("not base64");
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = (held >> bits) & 255;
    at += 1;
  }
  return bytes;
}
