// "Where I am": the browser is asked when somebody taps for it, and never before. Without this file the map is enough.
function say(form: HTMLFormElement, words: string): void {
  const said = form.querySelector("[role=status]");
  if (said) said.textContent = words;
}

function fill(form: HTMLFormElement, { coords }: GeolocationPosition): void {
  for (const [name, value] of [
    ["lon", coords.longitude],
    ["lat", coords.latitude],
  ] as const) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value.toFixed(7);
  }
  form.submit();
}

function ask(form: HTMLFormElement): void {
  navigator.geolocation.getCurrentPosition(
    (found) => fill(form, found),
    () => say(form, form.dataset.wordRefused ?? ""),
    { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
  );
}

for (const form of document.querySelectorAll<HTMLFormElement>("[data-where]")) {
  if (!("geolocation" in navigator)) continue;
  form.hidden = false;
  form.querySelector("button")?.addEventListener("click", () => ask(form));
}
