/** UUIDv7 (RFC 9562): 48 bits of time, then lots that are drawn elsewhere. */

/** The id of something that happened at `ms` (epoch); `lots` are 10 random bytes. Throws for fewer. */
export function idAt(ms: number, lots: Uint8Array): string {
  if (lots.length < 10) throw new Error("ten random bytes are needed");
  const time = ms.toString(16).padStart(12, "0").slice(-12);
  const hex = [...lots.slice(0, 10)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = ((Number.parseInt(hex.charAt(3), 16) & 3) | 8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(7, 19)}`;
}
