// Nobody at the desk: the page warns, covers itself and ends the session, and keeps what was typed. Another login in
// another window, and it goes on where it was.
const WARN = 120_000;
const TELL = 60_000;
const SHARED = "kakou.active"; // all windows of one desk know of one another
const URL = "/still-here/";

interface Told {
  csrf: string;
  viewer: number;
}

let ended = false;

function active(): number {
  return Number(localStorage.getItem(SHARED)) || 0;
}

function left(dialog: HTMLElement): number {
  return Number(dialog.dataset.idle) * 1_000 - (Date.now() - active());
}

function tokens(told: Told): void {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": told.csrf }));
  for (const field of document.querySelectorAll<HTMLInputElement>('input[name="csrfmiddlewaretoken"]')) {
    field.value = told.csrf;
  }
}

/** Whoever is logged in now; undefined while nobody is, or has not shown the second factor. */
async function asked(): Promise<Told | undefined> {
  const answer = await fetch(URL, { redirect: "manual", headers: { Accept: "application/json" } });
  return answer.ok ? ((await answer.json()) as Told) : undefined;
}

async function end(dialog: HTMLDialogElement): Promise<void> {
  ended = true;
  show(dialog);
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>;
  await fetch(URL, { method: "POST", headers: { ...headers, "X-Kakou-By-Itself": "1" } }).catch(() => undefined);
}

function show(dialog: HTMLDialogElement): void {
  for (const part of dialog.querySelectorAll<HTMLElement>("[data-part]")) {
    part.hidden = (part.dataset.part === "ended") !== ended;
  }
  dialog.classList.toggle("covers", ended);
  if (!dialog.open) dialog.showModal();
}

function look(dialog: HTMLDialogElement): void {
  if (ended) return;
  const rest = left(dialog);
  if (rest <= 0) void end(dialog);
  else if (rest <= WARN) {
    const seconds = dialog.querySelector<HTMLElement>("[data-seconds]");
    if (seconds) seconds.textContent = String(Math.ceil(rest / 1_000));
    show(dialog);
  } else if (dialog.open) dialog.close();
}

async function goOn(dialog: HTMLDialogElement): Promise<void> {
  const told = await asked();
  if (!told) {
    dialog.querySelector<HTMLElement>("[data-still]")?.removeAttribute("hidden");
    return;
  }
  if (String(told.viewer) !== dialog.dataset.viewer) {
    location.reload(); // somebody else sits here now: nothing is done in the other's name
    return;
  }
  tokens(told);
  ended = false;
  localStorage.setItem(SHARED, String(Date.now()));
  dialog.close();
}

export function keepWatch(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog[data-idle]");
  if (!dialog) return;
  let toldAt = Date.now();
  const alive = (): void => {
    if (ended || dialog.open) return;
    localStorage.setItem(SHARED, String(Date.now()));
    if (Date.now() - toldAt < TELL) return;
    toldAt = Date.now();
    void asked().catch(() => undefined);
  };
  localStorage.setItem(SHARED, String(Date.now()));
  for (const kind of ["pointerdown", "keydown", "input", "wheel", "touchstart"]) {
    document.addEventListener(kind, alive, { passive: true, capture: true });
  }
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.querySelector("[data-stay]")?.addEventListener("click", () => void goOn(dialog));
  dialog.querySelector("[data-go-on]")?.addEventListener("click", () => void goOn(dialog));
  document.body.addEventListener("kakou-idle", () => void end(dialog));
  setInterval(() => look(dialog), 1_000);
}

/** What the page asks for without anybody's hand is no sign of life. */
export function sayByItself(event: Event): void {
  const detail = (event as CustomEvent<{ triggeringEvent?: Event; headers: Record<string, string> }>).detail;
  if (!detail.triggeringEvent || detail.triggeringEvent.type === "live") detail.headers["X-Kakou-By-Itself"] = "1";
}
