/** A verdict's reasons and its nearest fix in the pack's own words. */
import type { Pack, Step, Text } from "../domain/pack.ts";
import type { Judged } from "../domain/verdict.ts";
import { type Language, say, type Words } from "./words.ts";

/** One line for each reason, the weightiest first. */
export function reasonsOf(pack: Pack, judged: Judged, language: Language, words: Words): string[] {
  return judged.reasons.map((id) => worded(pack, id, language, words));
}

/** What is to be done, and in how many minutes; null where nothing is. */
export function fixOf(
  pack: Pack,
  judged: Judged,
  language: Language,
  words: Words,
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

function worded(pack: Pack, id: string, language: Language, words: Words): string {
  const rule = pack.rules[id];
  if (rule) return rule.text[language];
  const [look = "", kind, reason = ""] = id.split(".");
  const step = stepOf(pack, look);
  const named = nameOf(step, look, language);
  const skip = kind === "skipped" ? step?.skips[reason] : undefined;
  if (skip) return `${named}: ${skip.text[language]}`;
  if (kind === "not_looked") return `${named}: ${say(words, "not_looked")}`;
  return named === look ? id : `${named} (${kind ?? ""})`;
}

function stepOf(pack: Pack, look: string): Step | undefined {
  return Object.values(pack.steps).find((step) => Object.hasOwn(step.looks, look));
}

function nameOf(step: Step | undefined, look: string, language: Language): string {
  const text: Text | undefined = step?.looks[look]?.text;
  return text ? text[language] : look;
}
