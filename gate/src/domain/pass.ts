/**
 * A pass as text: `KP`, 128 random bits in Crockford's base 32, two check characters by ISO/IEC 7064 MOD 1271-36.
 *
 * The same as `kakou/screening/passes/text.py`; contracts/vectors/pass binds both. The check guards against misreading
 * only: it says nothing about whether a pass is genuine.
 */

const PREFIX = "KP";
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // no I, L, O, U
const CHECKED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const BODY = 26;
const MODULUS = 1271;
const RADIX = 36;
const LOOKS_LIKE: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1" };

/** The 30 characters of a pass, as its code holds them. `id`: a UUID as text. */
export function passText(id: string): string {
  let number = BigInt(`0x${id.replaceAll("-", "")}`);
  let body = "";
  for (let place = 0; place < BODY; place += 1) {
    body = LETTERS.charAt(Number(number & 31n)) + body;
    number >>= 5n;
  }
  const check = (MODULUS + 1 - ((remainder(body) * RADIX * RADIX) % MODULUS)) % MODULUS;
  return PREFIX + body + CHECKED.charAt(Math.floor(check / RADIX)) + CHECKED.charAt(check % RADIX);
}

/** The id in a pass as scanned or typed, as a UUID in lower case; null when it is none or was misread. */
export function passId(text: string): string | null {
  const plain = text.replaceAll(/[\s-]/gu, "").toUpperCase();
  const body = [...plain.slice(2, 2 + BODY)].map((letter) => LOOKS_LIKE[letter] ?? letter).join("");
  const check = plain.slice(2 + BODY);
  if (!plain.startsWith(PREFIX) || body.length !== BODY || check.length !== 2) return null;
  if ([...check].some((letter) => !CHECKED.includes(letter))) return null;
  if ([...body].some((letter) => !LETTERS.includes(letter)) || body.charAt(0) > "7") return null;
  const tail = CHECKED.indexOf(check.charAt(0)) * RADIX + CHECKED.indexOf(check.charAt(1));
  if ((remainder(body) * RADIX * RADIX + tail) % MODULUS !== 1) return null;
  const hex = [...body]
    .reduce((number, letter) => (number << 5n) | BigInt(LETTERS.indexOf(letter)), 0n)
    .toString(16)
    .padStart(32, "0");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function remainder(body: string): number {
  return [...body].reduce((rest, letter) => (rest * RADIX + CHECKED.indexOf(letter)) % MODULUS, 0);
}
