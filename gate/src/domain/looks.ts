/**
 * In which order looks and their results are offered: what is met most often first, as `kakou/screening/rules/looks.py`
 * names them. A pack arrives with its members in no order.
 */

const RESULTS: Readonly<Record<string, readonly string[]>> = {
  health: ["green", "yellow", "red", "paper", "none"],
  travel: ["green", "star", "yellow", "orange", "red", "none"],
  vaccination: ["full", "boosted", "partial", "none", "exempt", "unknown"],
  certificate: ["valid"],
  origin: ["local", "low", "medium", "high", "lockdown", "control", "prevention", "abroad", "unknown"],
  mask: ["correct", "wrong", "carried", "none"],
  temperature: [],
  symptoms: ["none", "some"],
  contact: ["no", "yes", "unknown"],
  hands: ["washed", "not_washed", "refused"],
  record: [],
};
const LOOKS = Object.keys(RESULTS);

/** Names in the order of `known`; those that are not in it stand behind, as they came. */
function inOrder(names: readonly string[], known: readonly string[]): string[] {
  const place = (name: string) => (known.includes(name) ? known.indexOf(name) : known.length);
  return [...names].sort((one, other) => place(one) - place(other));
}

/** The looks of a step, in their order. */
export const looksInOrder = (names: readonly string[]): string[] => inOrder(names, LOOKS);

/** The results of a look, in their order. */
export const resultsInOrder = (look: string, names: readonly string[]): string[] => inOrder(names, RESULTS[look] ?? []);
