/** The box at the head of a table ticks the boxes below it, and says whether all, some or none of them are ticked. */
export function tickTogether(): void {
  document.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.type !== "checkbox") return;
    const table = target.closest("table");
    const head = table?.querySelector<HTMLInputElement>("thead [data-tick-all]");
    if (!table || !head) return;
    const boxes = [...table.querySelectorAll<HTMLInputElement>("tbody input[type=checkbox]")];
    if (target === head) for (const box of boxes) box.checked = head.checked;
    const ticked = boxes.filter((box) => box.checked).length;
    head.checked = ticked > 0 && ticked === boxes.length;
    head.indeterminate = ticked > 0 && ticked < boxes.length;
  });
}
