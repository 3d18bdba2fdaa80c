/** How somebody is called on this phone: by name while the names are open, else by what anybody at the gate may see. */
import type { App } from "../app.ts";
import type { Said } from "../domain/check.ts";
import { passText } from "../domain/pass.ts";
import { passTag } from "../domain/roster.ts";
import type { Word } from "../i18n/words.ts";

/** A line such as "王** …8009". */
export function called(app: App, said: Said): string {
  const { bundle, names } = app.state;
  const { id, pass, phone, plate, name, document } = said.subject;
  if (plate !== undefined) return plate;
  const tag = pass !== undefined && bundle ? passTag(bundle.roster.salt, pass) : "";
  const known = names?.people.find((one) => one.id === id || one.tags.includes(tag));
  const shown = names ? (known?.name ?? name) : undefined;
  const ends = phone ?? document?.no;
  const code = pass === undefined ? undefined : app.t("pass_of", { code: passText(pass).slice(2, 6) });
  const parts = [shown ?? code ?? app.t(said.who as Word), ends && `…${ends.slice(-4)}`];
  return parts.filter(Boolean).join(" ");
}
