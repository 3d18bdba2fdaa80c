const HEAD = "thead [data-tick-all]";

/** The box at the head of a table ticks the boxes below it, and says whether all, some or none of them are ticked. */
export function tickTogether(): void {
  document.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.type !== "checkbox") return;
    const table = target.closest("table");
    const head = table?.querySelector<HTMLInputElement>(HEAD);
    if (!table || !head) return;
    if (target === head) tickBelow(table, head);
    tell(table, head);
  });
}

/** What was ticked before this script was there, on a slow line or by going back, counts as well. */
export function tickAgain(root: HTMLElement): void {
  for (const head of root.querySelectorAll<HTMLInputElement>(HEAD)) {
    const table = head.closest("table");
    if (!table) continue;
    if (head.checked) tickBelow(table, head);
    tell(table, head);
  }
}

function below(table: HTMLTableElement): HTMLInputElement[] {
  return [...table.querySelectorAll<HTMLInputElement>("tbody input[type=checkbox]")];
}

function tickBelow(table: HTMLTableElement, head: HTMLInputElement): void {
  for (const box of below(table)) box.checked = head.checked;
}

function tell(table: HTMLTableElement, head: HTMLInputElement): void {
  const boxes = below(table);
  const ticked = boxes.filter((box) => box.checked).length;
  head.checked = ticked > 0 && ticked === boxes.length;
  head.indeterminate = ticked > 0 && ticked < boxes.length;
}
