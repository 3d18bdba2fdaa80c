/**
 * Opens the names of the unit by badge and PIN (contracts/README.md, "Names"). Nothing of it is kept: key and names live
 * as long as the shift does, in memory.
 */
import { type Badge, placeOfBadge, placeOfPeople, saltOf } from "../domain/badge.ts";
import { bytesOf } from "../domain/base64.ts";
import type { Expected } from "../domain/expected.ts";
import { BETWEEN } from "../domain/parts.ts";
import { type Known, type Opened, openedOf, type PeopleSection, peopleOf } from "../domain/people.ts";

const ROUNDS = 600_000;
const NONCE = 12;

/** The people, the number of whoever holds the badge, and what he may read of announced visits. */
export interface Names {
  readonly expected: readonly Expected[];
  readonly people: readonly Known[];
  readonly recorder: number | null;
}

/** The key that badge and PIN make. It takes a tenth of a second or more: that is what makes guessing slow. */
export async function keyOf(badge: Badge, pin: string): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: saltOf(badge) as BufferSource, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, typed, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
}

/** The names, opened by that key; null: the PIN is wrong, or the badge is not of this gate. */
export async function openNames(
  section: PeopleSection,
  device: number,
  badge: number,
  key: CryptoKey,
): Promise<Names | null> {
  const wrapped = section.badges[String(badge)];
  if (wrapped === undefined) return null;
  try {
    const raw = await decrypted(key, wrapped, placeOfBadge(device, badge, section.until));
    const roster = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
    const pieces = section.sealed.split(BETWEEN).map((sealed, number) => {
      return sealed === "" ? [] : openedPiece(roster, sealed, placeOfPeople(device, section.until, number));
    });
    const opened = openedOf((await Promise.all(pieces)).flat());
    const recorder = opened.staff?.[String(badge)] ?? null;
    return { people: peopleOf(opened), recorder, expected: opened.expected ?? [] };
  } catch {
    return null;
  }
}

async function openedPiece(roster: CryptoKey, sealed: string, bound: Uint8Array): Promise<Opened> {
  const packed = await decrypted(roster, sealed, bound);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(stream).json()) as Opened;
}

async function decrypted(key: CryptoKey, text: string, bound: Uint8Array): Promise<ArrayBuffer> {
  const bytes = bytesOf(text);
  const how = { name: "AES-GCM", iv: bytes.subarray(0, NONCE) as BufferSource, additionalData: bound as BufferSource };
  return crypto.subtle.decrypt(how, key, bytes.subarray(NONCE) as BufferSource);
}
