// A field to sign in: what is drawn becomes the file that the form sends, and so does a name that is typed, for whoever
// cannot draw; the picture says that it was typed. Without a script a picture is chosen.
import SignaturePad from "signature_pad";

const INK = "#1a1a1a"; // on white, in every theme: it is kept as it is drawn

export function mount(form: HTMLElement): void {
  const input = form.querySelector<HTMLInputElement>('input[type="file"]');
  if (!input) return;
  const canvas = document.createElement("canvas");
  canvas.className = "signing";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", form.dataset.label ?? "");
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = form.dataset.clear ?? "";
  const typed = typing(form.dataset);
  input.before(canvas, typed.row, again);
  const pad = new SignaturePad(canvas, { penColor: INK, backgroundColor: "#ffffff" });
  const fit = (): void => {
    const { width, height } = canvas.getBoundingClientRect();
    if (!width) return;
    const dense = Math.max(window.devicePixelRatio, 1);
    canvas.width = width * dense;
    canvas.height = height * dense;
    canvas.getContext("2d")?.scale(dense, dense);
    pad.clear();
  };
  new ResizeObserver(() => {
    if (pad.isEmpty() && !typed.said.value) fit();
  }).observe(canvas);
  pad.addEventListener("endStroke", () => {
    typed.said.value = "";
    send(input, pad.toDataURL("image/png"));
  });
  const sign = (): void => {
    const name = typed.name.value.trim();
    if (!name) {
      typed.name.focus();
      return;
    }
    fit();
    const mark = form.dataset.marked ?? "";
    write(canvas, name, mark);
    typed.said.value = `${mark}: ${name}`;
    send(input, canvas.toDataURL("image/png"));
  };
  typed.button.addEventListener("click", sign);
  typed.name.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // it would send the form unsigned
    sign();
  });
  again.addEventListener("click", () => {
    fit();
    input.value = typed.said.value = "";
  });
}

interface Typing {
  row: HTMLElement;
  name: HTMLInputElement;
  button: HTMLButtonElement;
  said: HTMLOutputElement;
}

/** Where a name is typed, beside the field. It has no name of its own: the picture alone is sent. */
function typing(words: DOMStringMap): Typing {
  const row = document.createElement("div");
  row.className = "stack";
  const label = document.createElement("label");
  label.textContent = words.typedLabel ?? "";
  const name = document.createElement("input");
  name.type = "text";
  name.maxLength = 32;
  name.autocomplete = "off";
  name.id = "typed-signature";
  label.htmlFor = name.id;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.typed ?? "";
  const said = document.createElement("output");
  said.className = "under";
  said.htmlFor.add(name.id);
  row.append(label, name, button, said);
  return { row, name, button, said };
}

/** The name across the field, and below it that it was typed. */
function write(canvas: HTMLCanvasElement, name: string, mark: string): void {
  const ink = canvas.getContext("2d");
  if (!ink) return;
  const { width, height } = canvas.getBoundingClientRect();
  ink.fillStyle = INK;
  ink.textAlign = "center";
  ink.font = `${height / 3}px serif`;
  ink.fillText(name, width / 2, height / 2, width - 16);
  ink.font = `${height / 9}px sans-serif`;
  ink.fillText(mark, width / 2, height * 0.8, width - 16);
}

/** The drawing as the file of the input. */
function send(input: HTMLInputElement, url: string): void {
  const text = atob(url.slice(url.indexOf(",") + 1));
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], "signature.png", { type: "image/png" }));
  input.files = files.files;
}
