/** A code on a canvas, as large as the canvas: black on white whatever the look of the app, for another's camera. */
import { encodeQR } from "qr";

const QUIET = 4; // modules around it

export function draw(canvas: HTMLCanvasElement, text: string): void {
  const modules = encodeQR(text, "raw", { ecc: "low", encoding: "alphanumeric", border: QUIET });
  const pen = canvas.getContext("2d", { alpha: false });
  if (!pen) throw new Error("this browser draws no pictures");
  const side = modules.length;
  const scale = Math.max(1, Math.floor(Math.min(canvas.clientWidth * devicePixelRatio, 1_200) / side));
  if (canvas.width !== side * scale) canvas.width = canvas.height = side * scale;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  modules.forEach((row, y) => {
    row.forEach((isDark, x) => {
      if (isDark) pen.fillRect(x * scale, y * scale, scale, scale);
    });
  });
}
