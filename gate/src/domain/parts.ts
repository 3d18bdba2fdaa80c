/**
 * A bundle in parts: of one that the phone has it fetches only those that changed. A list, signed as the bundle is, says
 * by a digest what each part says; what is kept and what is fetched are put together only if both are what it says.
 *
 * Made by kakou/ledger/bundle/parts.py; contracts/vectors/bundle binds both.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { base64 } from "./base64.ts";
import type { Bundle, RosterEntry } from "./bundle.ts";

/** The list: the frame of the bundle, and name → digest. */
export interface Listed extends Pick<Bundle, "contract" | "device" | "gate" | "etag" | "made_at"> {
  readonly parts: Readonly<Record<string, string>>;
}

/** Name → what it says. */
export type Parts = ReadonlyMap<string, unknown>;

const BYTES = 16; // of a digest
const PIECES = 64; // of the people
export const BETWEEN = "."; // the pieces of one text: base64 has no full stop
const FRAME: ReadonlySet<string> = new Set(["contract", "device", "gate", "etag", "made_at"]);

/** How the long member of a section is cut, and put together again. */
interface Cut {
  readonly member: string;
  apart(whole: never): ReadonlyMap<string, unknown>;
  together(pieces: Parts): unknown;
}

const CUTS: Readonly<Record<string, Cut>> = {
  roster: {
    member: "passes",
    apart: (passes: readonly RosterEntry[]) => {
      const pieces = new Map<string, RosterEntry[]>();
      for (const entry of passes) {
        const letter = entry[0].charAt(0);
        pieces.set(letter, [...(pieces.get(letter) ?? []), entry]);
      }
      return pieces;
    },
    together: (pieces) => [...pieces.keys()].sort().flatMap((letter) => pieces.get(letter)),
  },
  people: {
    member: "sealed",
    apart: (sealed: string) =>
      new Map(sealed.split(BETWEEN).flatMap((piece, number) => (piece === "" ? [] : [[String(number), piece]]))),
    together: (pieces) => {
      if (pieces.size === 0) return "";
      return Array.from({ length: PIECES }, (_, number) => pieces.get(String(number)) ?? "").join(BETWEEN);
    },
  },
};

/** The parts of a bundle. */
export function partsOf(bundle: object): Parts {
  const parts = new Map<string, unknown>();
  for (const [section, content] of Object.entries(bundle)) {
    const cut = CUTS[section];
    if (FRAME.has(section)) continue;
    if (cut === undefined) {
      parts.set(section, content);
      continue;
    }
    const { [cut.member]: whole, ...rest } = content;
    parts.set(section, rest);
    for (const [name, piece] of cut.apart(whole as never)) parts.set(`${section}/${name}`, piece);
  }
  return parts;
}

/** What a list says of a part: the first 16 bytes of SHA-256 of its text, in base64. */
export function digestOf(part: unknown): string {
  return base64(sha256(utf8ToBytes(textOf(part))).slice(0, BYTES));
}

/** Those parts of the bundle that are what the list says. */
export function kept(listed: Listed, bundle: Bundle): Parts {
  return new Map([...partsOf(bundle)].filter(([name, part]) => listed.parts[name] === digestOf(part)));
}

/** The names of those that must be fetched. */
export function lacking(listed: Listed, kept: Parts): readonly string[] {
  return Object.keys(listed.parts).filter((name) => !kept.has(name));
}

/** The bundle that the list names, of what was kept and what was sent; null where anything is missing or another. */
export function merged(listed: Listed, kept: Parts, sent: Readonly<Record<string, unknown>>): Bundle | null {
  const { parts: names, ...frame } = listed;
  const parts = new Map(kept);
  for (const name of lacking(listed, kept)) {
    if (!Object.hasOwn(sent, name) || digestOf(sent[name]) !== names[name]) return null;
    parts.set(name, sent[name]);
  }
  return { ...frame, ...together(parts) } as Bundle;
}

function together(parts: Parts): object {
  const sections = [...parts].filter(([name]) => !name.includes("/"));
  return Object.fromEntries(
    sections.map(([section, content]) => {
      const cut = CUTS[section];
      if (cut === undefined) return [section, content];
      const start = `${section}/`;
      const pieces = [...parts].filter(([name]) => name.startsWith(start));
      const named = new Map(pieces.map(([name, piece]) => [name.slice(start.length), piece]));
      return [section, { ...(content as object), [cut.member]: cut.together(named) }];
    }),
  );
}

/** RFC 8785, null members and all. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, said]) => `${JSON.stringify(name)}:${textOf(said)}`).join(",")}}`;
}
