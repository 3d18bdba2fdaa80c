/** The text of a SMART Health Card's code: pairs of digits, in one code or spread over several ("Encoding QRs"). */
import { damaged, PartsMissing } from "../refusals.ts";

export const SCHEME = "shc:";
const WHOLE = "shc:/"; // how a card in one code begins
const SEPARATORS = [0x1c, 0x1d, 0x1e, 0x1f, 0x85].map((code) => String.fromCharCode(code)).join("");
/** White space as Python has it: with the separators, without the byte order mark. */
export const WHITE = new RegExp(`(?:(?!\ufeff)[\\s${SEPARATORS}])+`, "u");
const PART = /^shc:\/(?:([0-9]{1,2})\/([0-9]{1,2})\/)?([0-9]+)$/u;
const OFFSET = 45; // the code of "-", the lowest character of a JWS
const JWS_LETTERS = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
const LETTERS = new Map(
  [...JWS_LETTERS].map((letter) => [String(letter.charCodeAt(0) - OFFSET).padStart(2, "0"), letter]),
);

interface Part {
  readonly number: number;
  readonly of: number;
  readonly digits: string;
}

/** Which part of how many a code is; null for a card that is in one code, and for what is none. */
export function partOf(text: string): Part | null {
  const [, number, of, digits] = PART.exec(text) ?? [];
  return number && of && digits ? { number: Number(number), of: Number(of), digits } : null;
}

/** The JWS in one code, or in the parts of one, in any order and with white space between them.
 * Throws Refused (malformed; layer prefix, chunks or numeric). */
export function jwsIn(text: string): string {
  const found = text.split(WHITE).filter((part) => part !== "");
  if (found.length === 0 || found.some((part) => !PART.test(part)))
    throw damaged(text.startsWith(WHOLE) ? "numeric" : "prefix");
  const parts = found.map((part) => partOf(part) ?? { number: 0, of: 0, digits: part.slice(WHOLE.length) });
  const [first, ...others] = found;
  const isWhole = others.length === 0 && partOf(first ?? "") === null;
  return isWhole ? letters(parts[0]?.digits ?? "") : inOrder(parts).map(letters).join("");
}

function inOrder(parts: readonly Part[]): string[] {
  const total = parts[0]?.of ?? 0;
  const numbered = new Map(parts.map(({ number, digits }) => [number, digits]));
  if (numbered.size !== parts.length || parts.some(({ of }) => of !== total)) throw damaged("chunks");
  if ([...numbered.keys()].some((number) => number < 1 || number > total)) throw damaged("chunks");
  if (numbered.size !== total) throw new PartsMissing(numbered.size, total);
  return [...numbered].sort(([one], [other]) => one - other).map(([, digits]) => digits);
}

function letters(digits: string): string {
  const pairs = digits.match(/..?/gu) ?? [];
  return pairs
    .map((pair) => {
      const letter = LETTERS.get(pair);
      if (letter === undefined) throw damaged("numeric"); // it stands for no letter, or a digit is left over
      return letter;
    })
    .join("");
}
