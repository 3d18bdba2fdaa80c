/** A verdict's reasons and its nearest fix in the pack's own words. */
import type { Pack, Step, Text } from "../domain/pack.ts";
import type { Judged } from "../domain/verdict.ts";
import { type Language, say, type Word, type Words } from "./words.ts";

/** One line for each reason, the weightiest first. */
export function reasonsOf(pack: Pack, judged: Judged, language: Language, words: Readonly<Partial<Words>>): string[] {
  return judged.reasons.map((id) => worded(pack, id, language, words));
}

/** What is to be done, and in how many minutes; null where nothing is. */
export function fixOf(
  pack: Pack,
  judged: Judged,
  language: Language,
  words: Readonly<Partial<Words>>,
): { text: string; minutes: number } | null {
  const id = judged.fix;
  if (id === null) return null;
  const rule = pack.rules[id];
  if (rule?.fix) return { text: rule.fix.text[language], minutes: rule.fix.minutes };
  const [look = "", kind, reason = ""] = id.split(".");
  const step = stepOf(pack, look);
  const skip = kind === "skipped" ? step?.skips[reason] : undefined;
  if (skip) return { text: skip.fix.text[language], minutes: skip.fix.minutes };
  return { text: step ? step.prompt[language] : worded(pack, id, language, words), minutes: 1 };
}

/** What stands behind a look or a rule that could not be decided. */
const SAYS: Readonly<Record<string, Word>> = {
  not_looked: "not_looked",
  not_allowed: "not_allowed",
  undecided: "undecided",
};

function worded(pack: Pack, id: string, language: Language, words: Readonly<Partial<Words>>): string {
  const rule = pack.rules[id];
  if (rule) return rule.text[language];
  const [look = "", kind, reason = ""] = id.split(".");
  const step = stepOf(pack, look);
  const named = nameOf(step, look, language);
  const skip = kind === "skipped" ? step?.skips[reason] : undefined;
  if (skip) return `${named}: ${skip.text[language]}`;
  if (kind === undefined || !Object.hasOwn(SAYS, kind)) return id;
  const subject = step ? named : (pack.rules[look]?.text[language] ?? look);
  return `${subject}: ${say(words, SAYS[kind] as Word)}`;
}

function stepOf(pack: Pack, look: string): Step | undefined {
  return Object.values(pack.steps).find((step) => Object.hasOwn(step.looks, look));
}

function nameOf(step: Step | undefined, look: string, language: Language): string {
  const text: Text | undefined = step?.looks[look]?.text;
  return text ? text[language] : look;
}
