/** A protocol pack as its JSON stands (kakou/screening/packs/schema.json), as far as the domain reads it. */

export interface Text {
  readonly zh: string;
  readonly en: string;
}

export interface Fix {
  readonly minutes: number;
  readonly text: Text;
}

export interface Skip {
  readonly outcome: string;
  readonly severity: string;
  readonly text: Text;
  readonly fix: Fix;
}

export interface Look {
  readonly text: Text;
  readonly optional?: true;
  readonly results?: Readonly<Record<string, Text>>;
  /** Who → the result that one tap may say when all is as it should be. */
  readonly usual?: Readonly<Record<string, string>>;
  readonly least?: number;
  readonly most?: number;
}

export interface Step {
  readonly text: Text;
  readonly prompt: Text;
  readonly looks: Readonly<Record<string, Look>>;
  readonly duties: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly skips: Readonly<Record<string, Skip>>;
}

export interface Rule {
  readonly needs: readonly string[];
  readonly when: unknown;
  readonly outcome: string;
  readonly severity: string;
  readonly text: Text;
  readonly fix?: Fix;
}

export interface Pack {
  readonly pack: string;
  readonly edition: number;
  readonly params: Readonly<Record<string, { readonly value: number }>>;
  readonly order: readonly string[];
  readonly steps: Readonly<Record<string, Step>>;
  readonly rules: Readonly<Record<string, Rule>>;
}

/** The version that passages carry: code and edition, as `cn-2021-08.2`. */
export const versionOf = (pack: Pack): string => `${pack.pack}.${pack.edition}`;

/** A look of the pack; null where it has none of that name. */
export function lookOf(pack: Pack, name: string): Look | null {
  return Object.values(pack.steps).find((step) => Object.hasOwn(step.looks, name))?.looks[name] ?? null;
}
