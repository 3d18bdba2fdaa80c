/**
 * The people of the unit, as they stand in what a badge opened; found by initials, or the last four of a document or
 * phone. Made by kakou/ledger/bundle/people.py; contracts/vectors/roster/people.json binds both.
 */

import type { Expected } from "./expected.ts";

/** The section `people` of a bundle: keys wrapped by badge, and the people in pieces, each encrypted (both base64, nonce
 * first), full stops between them. */
export interface PeopleSection {
  readonly format: number;
  readonly lease: number;
  readonly until: number;
  readonly badges: Readonly<Record<string, string>>;
  readonly count: number;
  readonly sealed: string;
}

export interface Known {
  readonly id: string;
  /** Masked: 王**. */
  readonly name: string;
  readonly initials: readonly string[];
  readonly document: string;
  readonly phone: string;
  readonly category: string;
  readonly flags: readonly string[];
  /** Of his passes, as they stand in the bundle's roster. */
  readonly tags: readonly string[];
}

type Row = readonly [
  id: string,
  name: string,
  initials: string,
  document: string,
  phone: string,
  category: string,
  flags: readonly string[],
  tags: readonly string[],
];

const FORMAT = 2;
const ENDS = 4;

/** Can this app read what a badge opens? */
export function isReadable(section: PeopleSection): boolean {
  return section.format === FORMAT;
}

/** What a badge opens: the pieces decrypted, inflated (gzip), read as JSON, and taken together. `staff`: number of a badge → whose it is; `expected`: what
 * the shift may read of announced visits. */
export interface Opened {
  readonly people: readonly Row[];
  readonly staff?: Readonly<Record<string, number>>;
  readonly expected?: readonly Expected[];
}

/** What the pieces say together: the people by id, and what one of them says besides. */
export function openedOf(pieces: readonly Opened[]): Opened {
  const people = pieces.flatMap((piece) => piece.people).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.assign({}, ...pieces, { people });
}

/** The people in what was opened. */
export function peopleOf(opened: Pick<Opened, "people">): readonly Known[] {
  return opened.people.map(([id, name, initials, document, phone, category, flags, tags]) => ({
    id,
    name,
    initials: initials === "" ? [] : initials.split(" "),
    document,
    phone,
    category,
    flags,
    tags,
  }));
}

/** Whom typed letters may mean: initials as far as they were typed, or exactly the last four. */
export function found(people: readonly Known[], typed: string): readonly Known[] {
  const said = typed.trim().toLowerCase();
  if (said === "") return [];
  const ends = (known: Known) => [known.document, known.phone].some((end) => end.toLowerCase() === said);
  return people.filter(
    (known) => known.initials.some((letters) => letters.startsWith(said)) || (said.length === ENDS && ends(known)),
  );
}

/** Whose pass this is, by its tag. */
export function holderOf(people: readonly Known[], tag: string): Known | null {
  return people.find((known) => known.tags.includes(tag)) ?? null;
}
