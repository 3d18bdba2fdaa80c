/** What was revealed is masked again after the time the server gave, even when nobody touches the page. */
export function remask(root: HTMLElement): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-remask]")) {
    const seconds = Number(element.dataset.remask);
    setTimeout(() => {
      if (element.isConnected) location.replace(location.href);
    }, seconds * 1000);
  }
}
