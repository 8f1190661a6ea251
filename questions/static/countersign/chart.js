// Draws the chart of an answer from what stands in the page, with Chart.js as Unfold ships it.
//   figure[data-chart='{…}']      holds a canvas; the spec is questions/chart.py's, chosen on the server
//   .views [role=tab]             one click between chart and table; without JavaScript the table stands alone
// Colours are the page's tokens, read anew when the theme changes; paper is printed in the light ones.
(() => {
  const SERIES = ["--series-1", "--series-2", "--series-3", "--series-4"];
  const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]];
  const POINTS = ["circle", "rect", "triangle", "rectRot"];
  const drawn = new Map();

  function colour(name, from) {
    from.style.color = `var(${name})`;
    const found = getComputedStyle(from).color; // a token may be light-dark(): only the browser resolves it
    from.style.color = "";
    return found;
  }

  function short(text, most) {
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
  }

  function datasets(spec, paint) {
    return spec.series.map((series, place) => ({
      label: series.name,
      data: spec.kind === "points" ? series.values.map((y, row) => ({ x: Number(spec.labels[row]), y })) : series.values,
      shown: series.shown,
      borderColor: paint.series[place % 4],
      backgroundColor: paint.series[place % 4],
      borderWidth: spec.kind === "line" ? 2 : 0,
      borderDash: spec.kind === "line" ? DASHES[place % 4] : [],
      pointStyle: POINTS[place % 4],
      pointRadius: spec.kind === "points" ? 4 : 3,
      maxBarThickness: 28,
      [spec.lying ? "xAxisID" : "yAxisID"]: series.own_axis ? "second" : spec.lying ? "x" : "y",
    }));
  }

  function scales(spec, paint, width) {
    const axis = (title, more = {}) => ({
      title: { display: Boolean(title), text: title, color: paint.quiet },
      ticks: { color: paint.quiet, maxRotation: 45, autoSkip: true },
      grid: { color: paint.line },
      border: { color: paint.edge },
      ...more,
    });
    const one = spec.series.length === 1 || spec.series.some((series) => series.own_axis);
    const measured = axis(one ? spec.series[0].name : "", { beginAtZero: spec.kind === "bar" });
    if (spec.series.every((series) => series.values.every(Number.isInteger))) measured.ticks.precision = 0;
    if (spec.kind === "points") return { x: axis(spec.axis, { type: "linear" }), y: measured };
    const named = axis(spec.axis, { grid: { display: false } });
    const most = width < 480 ? 14 : 28;
    named.ticks = {
      ...named.ticks,
      autoSkip: !spec.lying,
      callback: (value) => short(spec.labels[value] ?? "", most),
    };
    const found = spec.lying ? { x: measured, y: named } : { x: named, y: measured };
    const second = spec.series.find((series) => series.own_axis);
    if (second) found.second = axis(second.name, { position: "right", grid: { display: false } });
    return found;
  }

  function draw(figure) {
    const canvas = figure.querySelector("canvas");
    if (!window.Chart || !canvas || figure.closest("[hidden]")) return;
    drawn.get(canvas)?.destroy();
    const spec = JSON.parse(figure.dataset.chart);
    window.Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    const paint = { series: SERIES.map((name) => colour(name, figure)) };
    for (const name of ["ink", "quiet", "line", "edge", "paper"]) paint[name] = colour(`--${name}`, figure);
    figure.style.height = spec.lying ? `${Math.max(180, spec.labels.length * spec.series.length * 26 + 70)}px` : "";
    drawn.set(canvas, new window.Chart(canvas, {
      type: spec.kind === "points" ? "scatter" : spec.kind,
      data: { labels: spec.labels, datasets: datasets(spec, paint) },
      options: {
        animation: false,
        maintainAspectRatio: false,
        indexAxis: spec.lying ? "y" : "x",
        scales: scales(spec, paint, figure.clientWidth),
        plugins: {
          legend: { display: spec.series.length > 1, labels: { color: paint.ink, usePointStyle: true } },
          tooltip: {
            callbacks: {
              title: (items) => (items.length ? spec.labels[items[0].dataIndex] : ""),
              label: (item) => ` ${item.dataset.label}: ${item.dataset.shown[item.dataIndex]}`,
            },
          },
        },
      },
    }));
  }

  function drawAll() {
    for (const [canvas, chart] of drawn) if (!canvas.isConnected) chart.destroy(), drawn.delete(canvas);
    document.querySelectorAll("[data-chart]").forEach(draw);
  }

  function choose(tab) {
    for (const other of tab.closest('[role="tablist"]').querySelectorAll('[role="tab"]')) {
      const isChosen = other === tab;
      other.setAttribute("aria-selected", String(isChosen));
      other.tabIndex = isChosen ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !isChosen;
    }
    drawAll();
  }

  function begin() {
    for (const list of document.querySelectorAll(".views[hidden]")) {
      list.hidden = false;
      choose(list.querySelector('[aria-selected="true"]'));
    }
  }

  document.addEventListener("click", (event) => {
    const tab = event.target.closest(".views [role=tab]");
    if (tab) choose(tab);
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest(".views [role=tab]");
    if (!tab || !["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    const tabs = [...tab.closest('[role="tablist"]').querySelectorAll('[role="tab"]')];
    const step = event.key === "ArrowLeft" ? -1 : 1;
    const next = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : tabs.indexOf(tab) + step;
    event.preventDefault();
    choose(tabs.at(next % tabs.length));
    tabs.at(next % tabs.length).focus();
  });

  document.addEventListener("DOMContentLoaded", begin);
  document.addEventListener("htmx:afterSettle", begin);
  new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  let before;
  addEventListener("beforeprint", () => {
    before = document.documentElement.dataset.theme ?? null;
    document.documentElement.dataset.theme = "light";
    drawAll();
  });
  addEventListener("afterprint", () => {
    if (before === null) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = before;
    drawAll();
  });
})();
