/** What pictures that move have in common: they take the place of one that stands, on a phone only when asked. */

export interface Stage {
  readonly element: HTMLElement;
  readonly say: (text: string) => void;
  readonly buttons: NodeListOf<HTMLButtonElement>;
}

export function part(island: HTMLElement, name: string): HTMLElement {
  const found = island.querySelector<HTMLElement>(`[data-${name}]`);
  if (!found) throw new Error(`no part ${name}`);
  return found;
}

/** The data that the page brought along. */
export function dataOf<T>(island: HTMLElement): T {
  return JSON.parse(document.getElementById(island.dataset.json ?? "")?.textContent ?? "null") as T;
}

export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Calls `draw` at once on a wide screen; on a narrow one a button does, as what is fetched is large. */
export function whenWanted(island: HTMLElement, draw: (stage: Stage) => Promise<void>): void {
  const open = part(island, "open");
  const start = async (): Promise<void> => {
    const element = part(island, "stage");
    const said = part(island, "said");
    for (const hidden of island.querySelectorAll<HTMLElement>(":scope > [hidden]")) hidden.hidden = false;
    island.hidden = false;
    open.hidden = true;
    const still = document.getElementById(island.dataset.still ?? "");
    try {
      await draw({
        element,
        say: (text) => {
          said.textContent = text;
        },
        buttons: island.querySelectorAll<HTMLButtonElement>("[data-zoom]"),
      });
      if (still) still.classList.add("replaced"); // paper still shows it
    } catch {
      island.hidden = true; // the picture that stands goes on standing
    }
  };
  if (window.matchMedia("(min-width: 641px)").matches) {
    void start();
    return;
  }
  island.hidden = false;
  open.hidden = false;
  open.addEventListener("click", () => void start().then(() => part(island, "stage").focus()), { once: true });
}

/** Lets go of everything when htmx has swapped the island away: a page may stay open for days. */
export function untilGone(island: HTMLElement, letGo: () => void): void {
  const look = (): void => {
    if (island.isConnected) return;
    document.body.removeEventListener("htmx:afterSettle", look);
    letGo();
  };
  document.body.addEventListener("htmx:afterSettle", look);
}
