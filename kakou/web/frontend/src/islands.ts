/** An island is an element that names its kind; its code is fetched only where one stands. */
const KINDS: Readonly<Record<string, () => Promise<{ mount: (element: HTMLElement) => void }>>> = {
  bars: () => import("./bars"),
  chain: () => import("./chain"),
  map: () => import("./map"),
  sign: () => import("./sign"),
};

export function loadIslands(root: HTMLElement): void {
  const here = root.matches("[data-island]") ? [root] : [];
  for (const element of [...here, ...root.querySelectorAll<HTMLElement>("[data-island]")]) {
    const load = KINDS[element.dataset.island ?? ""];
    if (!load || element.dataset.mounted) continue;
    element.dataset.mounted = "yes";
    load().then((island) => island.mount(element));
  }
}
