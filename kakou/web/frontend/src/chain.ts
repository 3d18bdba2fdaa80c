// A chain of infections that can be moved and walked along. Every place was computed by the server.
import type { Core, ElementDefinition, NodeSingular, StylesheetJson } from "cytoscape";
import { dataOf, type Stage, token, untilGone, whenWanted } from "./stage";

interface Person {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly ink: string;
  readonly bold: boolean;
  readonly several: boolean;
  readonly certain: boolean;
  readonly facts: string;
  readonly href: string;
}

interface Spot {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

interface Chain {
  readonly size: readonly [number, number];
  readonly nodes: readonly Person[];
  readonly lanes: readonly Spot[];
  readonly lines: ReadonlyArray<readonly [string, string, boolean, boolean]>;
  readonly against: ReadonlyArray<readonly [string, string]>;
  readonly links: ReadonlyArray<readonly [string, string]>;
  readonly days: ReadonlyArray<{ readonly text: string; readonly x: number; readonly y: number }>;
}

const BEND = 0.35; // as in the SVG: two quadratic curves that meet in the middle

/** Cytoscape bends a line by points beside it: how far along, and how far from it. */
export function bend(dx: number, dy: number): { weights: [number, number]; distances: [number, number] } {
  const square = dx * dx + dy * dy || 1;
  const away = (BEND * dx * dy) / Math.sqrt(square);
  return {
    weights: [(BEND * dx * dx) / square, ((1 - BEND) * dx * dx + dy * dy) / square],
    distances: [-away, away],
  };
}

/** Whom an arrow key leads to: along the lines, or up and down in a column. */
export function neighbour(chain: Chain, from: string, key: string): string | undefined {
  const spot = new Map(chain.nodes.map((node) => [node.id, node]));
  const here = spot.get(from);
  if (!here) return chain.nodes[0]?.id;
  const height = (id: string): number => Math.abs((spot.get(id)?.y ?? 0) - here.y);
  const nearest = (ids: readonly string[]): string | undefined => [...ids].sort((a, b) => height(a) - height(b))[0];
  if (key === "ArrowRight") return nearest(chain.links.filter(([a]) => a === from).map(([, b]) => b));
  if (key === "ArrowLeft") return nearest(chain.links.filter(([, b]) => b === from).map(([a]) => a));
  const down = key === "ArrowDown" ? 1 : -1;
  return nearest(
    chain.nodes.filter((node) => node.x === here.x && (node.y - here.y) * down > 0).map((node) => node.id),
  );
}

function elements(chain: Chain): ElementDefinition[] {
  const [width, height] = chain.size;
  const lanes = new Map(chain.lanes.map((lane) => [lane.id, lane]));
  const spots = new Map<string, Spot>([...chain.nodes.map((node): [string, Spot] => [node.id, node]), ...lanes]);
  const made: ElementDefinition[] = chain.days.map((day, n) => ({
    data: { id: `day ${n}`, text: day.text },
    position: { x: day.x, y: day.y },
    classes: "day",
    selectable: false,
  }));
  for (const { x, y, ...person } of chain.nodes) {
    const classes = `person ${person.ink}${person.bold ? " bold" : ""}${person.certain ? "" : " unsure"}`;
    made.push({ data: { ...person, width, height }, position: { x, y }, classes });
  }
  for (const lane of chain.lanes) {
    made.push({ data: { id: lane.id, width }, position: { x: lane.x, y: lane.y }, classes: "lane", selectable: false });
  }
  chain.lines.forEach(([source, target, arrow, certain], n) => {
    const [a, b] = [spots.get(source), spots.get(target)];
    if (!a || !b) return;
    const { weights, distances } = bend(b.x - a.x - width, b.y - a.y);
    const classes = `line${arrow ? " arrow" : ""}${certain ? "" : " unsure"}${a.y === b.y ? " straight" : ""}`;
    made.push({ data: { id: `line ${n}`, source, target, weights, distances }, classes, selectable: false });
  });
  chain.against.forEach(([source, target], n) => {
    made.push({ data: { id: `against ${n}`, source, target }, classes: "against", selectable: false });
  });
  return made;
}

function styles(width: number): StylesheetJson {
  const [paper, ink, edge] = [token("--paper"), token("--ink"), token("--edge")];
  const family = getComputedStyle(document.body).fontFamily;
  const border = (name: string, color: string): StylesheetJson[number] => ({
    selector: `node.${name}`,
    style: { "border-color": color },
  });
  return [
    {
      selector: "node.person",
      style: {
        shape: "round-rectangle",
        width: "data(width)",
        height: "data(height)",
        label: "data(text)",
        "background-color": paper,
        "border-width": 1,
        color: ink,
        "font-size": 12,
        "font-family": family,
        "text-wrap": "wrap",
        "text-valign": "center",
        "text-halign": "right",
        "text-margin-x": 8 - width,
        "text-justification": "left",
        "line-height": 1.35,
      },
    },
    border("stop", token("--red-ink")),
    border("accent", token("--link")),
    border("edge", edge),
    border("ink", ink),
    { selector: "node.bold", style: { "border-width": 2.5 } },
    { selector: "node.unsure", style: { "border-style": "dashed" } },
    { selector: "node[?several]", style: { "border-style": "double", "border-width": 4 } },
    {
      selector: "node.person:selected",
      style: { "outline-color": token("--focus"), "outline-width": 4, "outline-offset": 2, "border-width": 4 },
    },
    {
      selector: "node.lane",
      style: { shape: "rectangle", width: "data(width)", height: 1.5, "background-color": edge, events: "no" },
    },
    {
      selector: "node.day",
      style: {
        width: 1,
        height: 1,
        "background-opacity": 0,
        label: "data(text)",
        color: ink,
        "font-size": 14,
        "font-weight": "bold",
        "font-family": family,
        "text-valign": "center",
        events: "no",
      },
    },
    {
      selector: "edge",
      style: { width: 1.5, "line-color": edge, "curve-style": "straight", events: "no" },
    },
    {
      selector: "edge.line",
      style: {
        "curve-style": "unbundled-bezier",
        "edge-distances": "endpoints" as never, // its types lag behind
        "control-point-weights": "data(weights)" as never,
        "control-point-distances": "data(distances)" as never,
        "source-endpoint": "50% 0%",
        "target-endpoint": "-50% 0%",
      },
    },
    { selector: "edge.straight", style: { "curve-style": "straight" } },
    { selector: "edge.arrow", style: { "target-arrow-shape": "triangle", "target-arrow-color": edge } },
    { selector: "edge.unsure", style: { "line-style": "dashed" } },
    { selector: "edge.against", style: { "line-style": "dotted", "line-color": token("--red-ink"), width: 2 } },
  ];
}

/** The whole of it where it can be read, else its beginning in a size that can. */
function settle(cy: Core, chain: Chain): void {
  cy.fit(undefined, 16);
  if (cy.zoom() >= 0.6) {
    if (cy.zoom() > 1) cy.zoom(1);
    cy.center();
    return;
  }
  cy.zoom(1);
  const root = chain.nodes[0];
  if (root) cy.pan({ x: 24 - (root.x - chain.size[0] / 2), y: cy.height() / 2 - root.y });
}

function choose(cy: Core, id: string | undefined, say: Stage["say"]): void {
  const node = id === undefined ? undefined : (cy.getElementById(id) as NodeSingular);
  if (!node?.length) return;
  cy.elements(":selected").unselect();
  node.select();
  const box = node.renderedBoundingBox();
  if (box.x1 < 0 || box.y1 < 0 || box.x2 > cy.width() || box.y2 > cy.height()) cy.center(node);
  say(String(node.data("facts")));
}

function zoom(cy: Core, by: number): void {
  if (by === 0) cy.fit(undefined, 16);
  else cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

function open(cy: Core): void {
  const href = String(cy.$("node.person:selected").first().data("href") ?? "");
  if (href) location.assign(href);
}

const ZOOMS: Readonly<Record<string, number>> = { "+": 1.4, "=": 1.4, "-": 1 / 1.4, "0": 0 };

function listen(cy: Core, chain: Chain, { element, say, buttons }: Stage): void {
  const here = (): string => String(cy.$("node.person:selected").first().id() ?? "");
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow")) choose(cy, neighbour(chain, here(), event.key), say);
    else if (event.key === "Home") choose(cy, chain.nodes[0]?.id, say);
    else if (event.key === "Enter") open(cy);
    else if (event.key in ZOOMS) zoom(cy, ZOOMS[event.key] ?? 0);
    else return;
    event.preventDefault();
  });
  element.addEventListener("focus", () => {
    if (!cy.$("node.person:selected").length) choose(cy, chain.nodes[0]?.id, say);
  });
  cy.on("tap", "node.person", (event) => choose(cy, String(event.target.id()), say));
  cy.on("dbltap", "node.person", () => open(cy));
  element.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return; // the wheel alone scrolls the page
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const at = { x: event.clientX - box.left, y: event.clientY - box.top };
      cy.zoom({ level: cy.zoom() * (event.deltaY < 0 ? 1.15 : 1 / 1.15), renderedPosition: at });
    },
    { passive: false },
  );
  for (const button of buttons) button.addEventListener("click", () => zoom(cy, Number(button.dataset.zoom)));
}

async function draw(island: HTMLElement, stage: Stage): Promise<void> {
  const chain = dataOf<Chain>(island);
  // it would put a style element into the page, which our CSP refuses: the rule stands in pictures.css
  if (!document.getElementById("__________cytoscape_stylesheet")) {
    document.head.append(Object.assign(document.createElement("meta"), { id: "__________cytoscape_stylesheet" }));
  }
  const { default: cytoscape } = await import("cytoscape");
  const cy = cytoscape({
    container: stage.element,
    elements: elements(chain),
    style: styles(chain.size[0]),
    layout: { name: "preset" },
    autoungrabify: true,
    boxSelectionEnabled: false,
    minZoom: 0.05,
    maxZoom: 3,
    userZoomingEnabled: window.matchMedia("(pointer: coarse)").matches, // fingers pinch; the wheel is ours
  });
  settle(cy, chain);
  listen(cy, chain, stage);
  untilGone(island, () => cy.destroy());
}

export function mount(island: HTMLElement): void {
  whenWanted(island, (stage) => draw(island, stage));
}
