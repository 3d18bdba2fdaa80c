// Places with their times on a map that can be moved: own data, no tiles, no glyphs from anywhere.
import type { GeoJSONSourceSpecification, LngLatBoundsLike, Map as MapLibre, StyleSpecification } from "maplibre-gl";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { dataOf, type Stage, token, untilGone, whenWanted } from "./stage";

interface Place {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly at: readonly [number, number];
  readonly facts: string;
  readonly href: string;
  readonly size: number;
}

interface Places {
  readonly geojson: GeoJSONSourceSpecification["data"];
  readonly bounds: readonly [[number, number], [number, number]];
  readonly places: readonly Place[];
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Which of the boxes can stand, the first coming first, none over another or over what is `taken`. */
export function withRoom(wanted: readonly Box[], taken: readonly Box[]): boolean[] {
  const kept = [...taken];
  return wanted.map((box) => {
    const free = kept.every(
      (other) => box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom,
    );
    if (free) kept.push(box);
    return free;
  });
}

function style({ geojson }: Places): StyleSpecification {
  const [paper, accent, edge] = [token("--paper"), token("--accent"), token("--edge")];
  return {
    version: 8,
    sources: { places: { type: "geojson", data: geojson } },
    layers: [
      { id: "paper", type: "background", paint: { "background-color": paper } },
      {
        id: "areas",
        type: "fill",
        source: "places",
        filter: ["all", ["==", ["geometry-type"], "Polygon"], ["!", ["has", "ground"]]],
        paint: { "fill-color": accent, "fill-opacity": 0.2 },
      },
      {
        id: "outlines",
        type: "line",
        source: "places",
        filter: ["==", ["geometry-type"], "Polygon"],
        paint: { "line-color": ["case", ["has", "ground"], edge, accent], "line-width": 1.5 },
      },
    ],
  };
}

function pin(place: Place): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pin";
  button.setAttribute("aria-label", `${place.number} ${place.name} ${place.facts}`); // what is seen comes first
  const [number, name] = [document.createElement("span"), document.createElement("span")];
  number.textContent = String(place.number);
  number.className = "disc";
  number.style.width = number.style.height = `${2 * place.size}px`;
  name.textContent = place.name;
  name.className = "name";
  name.style.left = `calc(50% + ${place.size}px)`;
  button.append(number, " ", name);
  return button;
}

/** Arrow keys go on by number, as Tab does. */
function walk(pins: readonly HTMLButtonElement[], places: readonly Place[], say: Stage["say"]): void {
  const go = (to: number): void => pins[to]?.focus();
  pins.forEach((one, n) => {
    one.addEventListener("focus", () => say(places[n]?.facts ?? ""));
    one.addEventListener("dblclick", () => location.assign(places[n]?.href || location.href));
    one.addEventListener("keydown", (event) => {
      const href = places[n]?.href;
      if (event.key === "ArrowRight" || event.key === "ArrowDown") go((n + 1) % pins.length);
      else if (event.key === "ArrowLeft" || event.key === "ArrowUp") go((n + pins.length - 1) % pins.length);
      else if (event.key === "Enter" && href) location.assign(href);
      else return;
      event.preventDefault();
      event.stopPropagation(); // the map would move too
    });
  });
}

/** Names stand where they cover neither a number nor another name. */
function name(map: MapLibre, pins: readonly HTMLButtonElement[], places: readonly Place[]): void {
  const spots = places.map((place) => map.project([...place.at]));
  const taken = spots.map(({ x, y }, n) => {
    const r = places[n]?.size ?? 0;
    return { left: x - r, top: y - r, right: x + r, bottom: y + r };
  });
  const names = pins.map((one) => one.lastElementChild as HTMLElement);
  const wanted = spots.map(({ x, y }, n) => {
    const left = x + (places[n]?.size ?? 0) + 1;
    return { left, top: y - 10, right: left + 8 + (names[n]?.scrollWidth ?? 0), bottom: y + 10 };
  });
  for (const [n, fits] of withRoom(wanted, taken).entries()) names[n]?.classList.toggle("away", !fits);
}

async function draw(island: HTMLElement, stage: Stage): Promise<void> {
  if (!document.createElement("canvas").getContext("webgl2")) throw new Error("no WebGL");
  const data = dataOf<Places>(island);
  const { Map: MapOf, Marker, ScaleControl, setWorkerUrl } = await import("maplibre-gl");
  setWorkerUrl(new URL(worker, location.href).href);
  const words = island.dataset;
  const whole = { bounds: data.bounds as unknown as LngLatBoundsLike, fitBoundsOptions: { padding: 48, maxZoom: 17 } };
  const map = new MapOf({
    container: stage.element,
    style: style(data),
    ...whole,
    attributionControl: false,
    cooperativeGestures: true, // the wheel alone and one finger scroll the page
    dragRotate: false,
    pitchWithRotate: false,
    renderWorldCopies: false,
    locale: {
      "Map.Title": words.wordMap ?? "",
      "CooperativeGesturesHandler.WindowsHelpText": words.wordWheel ?? "",
      "CooperativeGesturesHandler.MacHelpText": words.wordWheelMac ?? "",
      "CooperativeGesturesHandler.MobileHelpText": words.wordFingers ?? "",
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new ScaleControl({}), "bottom-right");
  const pins = data.places.map(pin);
  data.places.forEach((place, n) => {
    const element = pins[n];
    if (element) new Marker({ element }).setLngLat([...place.at]).addTo(map);
  });
  walk(pins, data.places, stage.say);
  const again = (): void => name(map, pins, data.places);
  map.on("moveend", again);
  map.on("resize", again);
  again();
  for (const button of stage.buttons) {
    button.addEventListener("click", () => {
      const by = Number(button.dataset.zoom);
      if (by === 0) map.fitBounds(whole.bounds, { ...whole.fitBoundsOptions, animate: false });
      else map.zoomTo(map.getZoom() + by, { animate: false });
    });
  }
  untilGone(island, () => map.remove());
}

export function mount(island: HTMLElement): void {
  whenWanted(island, (stage) => draw(island, stage));
}
