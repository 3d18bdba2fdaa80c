// Choosing rows of a list: all on this page at once, and how many are chosen.

const ROWS = 'input[type="checkbox"][name]';

function told(form: HTMLFormElement): void {
  const head = form.querySelector<HTMLInputElement>("[data-pick-all] input");
  if (!head) return;
  const rows = [...form.querySelectorAll<HTMLInputElement>(ROWS)];
  const many = rows.filter((row) => row.checked).length;
  head.checked = many > 0 && many === rows.length;
  head.indeterminate = many > 0 && many < rows.length;
  const words = form.querySelector<HTMLElement>("[data-picked]");
  if (words) words.textContent = many ? `${many} / ${rows.length}` : "";
}

/** The box at the head of a list is shown, for it does nothing without a script, and follows the boxes of its rows. */
export function showPicks(root: ParentNode): void {
  for (const head of root.querySelectorAll<HTMLElement>("[data-pick-all]")) {
    head.hidden = false;
    const form = head.closest("form");
    if (form) told(form);
  }
}

export function keepPicks(): void {
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || !box.form) return;
    if (box.closest("[data-pick-all]")) {
      for (const row of box.form.querySelectorAll<HTMLInputElement>(ROWS)) row.checked = box.checked;
    }
    told(box.form);
  });
}
