// Stacked bars over time, drawn from the table that stands beside them: the table is the truth, the bars a picture.
import { BarChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, AriaComponent, GridComponent, TooltipComponent, SVGRenderer]);

interface Figures {
  readonly labels: readonly string[];
  readonly series: ReadonlyArray<{ readonly name: string; readonly values: readonly number[] }>;
}

/** Read a table whose first column is the label and whose other columns, named in the head, are numbers. */
export function figuresOf(table: HTMLTableElement): Figures {
  const names = [...(table.tHead?.rows[0]?.cells ?? [])].slice(1).map((cell) => cell.textContent?.trim() ?? "");
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  return {
    labels: rows.map((row) => row.cells[0]?.textContent?.trim() ?? ""),
    series: names.map((name, i) => ({
      name,
      values: rows.map((row) => Number(row.cells[i + 1]?.dataset.value ?? row.cells[i + 1]?.textContent ?? 0)),
    })),
  };
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function mount(element: HTMLElement): void {
  const chart = init(element, null, { renderer: "svg" });
  const draw = (): void => {
    const table = document.getElementById(element.dataset.table ?? "");
    if (!(table instanceof HTMLTableElement)) return;
    const { labels, series } = figuresOf(table);
    const fills = [token("--bar-1"), token("--bar-2"), token("--bar-3")];
    chart.setOption(
      {
        animation: false,
        textStyle: { color: token("--muted"), fontFamily: "inherit" },
        grid: { left: 40, right: 8, top: 8, bottom: 24 },
        // drawn in the SVG itself: an HTML tooltip would need inline styles, which the CSP refuses
        tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
        xAxis: {
          type: "category",
          data: [...labels],
          axisTick: { show: false },
          axisLabel: { interval: Math.max(0, Math.ceil(labels.length / (element.clientWidth / 88)) - 1) },
          axisLine: { lineStyle: { color: token("--line") } },
        },
        yAxis: { type: "value", minInterval: 1, splitLine: { lineStyle: { color: token("--line") } } },
        series: series.map((one, i) => ({
          type: "bar",
          stack: "all",
          name: one.name,
          data: [...one.values],
          barCategoryGap: "20%",
          itemStyle: { color: fills[i % fills.length] ?? "#003a8c" },
        })),
      },
      { replaceMerge: ["series"] },
    );
  };
  draw();
  const size = new ResizeObserver(() => chart.resize());
  size.observe(element);
  const redraw = (): void => {
    if (element.isConnected) {
      draw();
      return;
    }
    // swapped away: let go of everything, a page may stay open for days
    size.disconnect();
    document.body.removeEventListener("htmx:afterSettle", redraw);
    chart.dispose();
  };
  document.body.addEventListener("htmx:afterSettle", redraw);
}
