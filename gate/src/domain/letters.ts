/**
 * Texts that are printed, scanned and typed: Crockford's base 32, and check characters that tell a misreading
 * (ISO/IEC 7064 MOD 1271-36). The same as `kakou/kernel/letters.py`.
 */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // no I, L, O, U
const CHECKED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const MODULUS = 1271;
const RADIX = 36;
const LOOKS_LIKE: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1" };

/** In capitals, without the spaces and hyphens that whoever types puts in. */
export function asScanned(text: string): string {
  return text.replaceAll(/[\s-]/gu, "").toUpperCase();
}

/** O, I and L as the digits that they were taken for. */
export function meant(body: string): string {
  return [...body].map((letter) => LOOKS_LIKE[letter] ?? letter).join("");
}

/** The `size` bytes that the letters stand for; null for other letters, or too many or too few. */
export function bytesOf(body: string, size: number): Uint8Array | null {
  const plain = [...meant(body)];
  if (plain.length !== Math.ceil((8 * size) / 5) || plain.some((letter) => !LETTERS.includes(letter))) return null;
  let number = plain.reduce((sum, letter) => (sum << 5n) | BigInt(LETTERS.indexOf(letter)), 0n);
  const bytes = new Uint8Array(size);
  for (let place = size - 1; place >= 0; place -= 1) {
    bytes[place] = Number(number & 255n);
    number >>= 8n;
  }
  return number === 0n ? bytes : null;
}

/** The letters that stand for these bytes. */
export function lettersOf(bytes: Uint8Array): string {
  let number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let text = "";
  for (let place = 0; place < Math.ceil((8 * bytes.length) / 5); place += 1) {
    text = LETTERS.charAt(Number(number & 31n)) + text;
    number >>= 5n;
  }
  return text;
}

/** The two check characters of a body. */
export function checkOf(body: string): string {
  const check = (MODULUS + 1 - ((remainder(body) * RADIX * RADIX) % MODULUS)) % MODULUS;
  return CHECKED.charAt(Math.floor(check / RADIX)) + CHECKED.charAt(check % RADIX);
}

/** Do these two check characters belong to this body? */
export function fits(body: string, check: string): boolean {
  if (check.length !== 2 || [...body, ...check].some((letter) => !CHECKED.includes(letter))) return false;
  const tail = CHECKED.indexOf(check.charAt(0)) * RADIX + CHECKED.indexOf(check.charAt(1));
  return (remainder(body) * RADIX * RADIX + tail) % MODULUS === 1;
}

function remainder(body: string): number {
  return [...body].reduce((sum, letter) => (sum * RADIX + CHECKED.indexOf(letter)) % MODULUS, 0);
}
