// A field to sign in: what is drawn becomes the file that the form sends. Without a script a picture is chosen.
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
  input.before(canvas, again);
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
    if (pad.isEmpty()) fit();
  }).observe(canvas);
  pad.addEventListener("endStroke", () => send(input, pad.toDataURL("image/png")));
  again.addEventListener("click", () => {
    fit();
    input.value = "";
  });
}

/** The drawing as the file of the input. */
function send(input: HTMLInputElement, url: string): void {
  const text = atob(url.slice(url.indexOf(",") + 1));
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], "signature.png", { type: "image/png" }));
  input.files = files.files;
}
