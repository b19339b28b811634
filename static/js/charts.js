// Draws the figures of a page. Plotly is fetched when the first of them comes near the screen.
(() => {
  const script = document.currentScript;
  const config = {
    displayModeBar: false, responsive: true, showSendToCloud: false, plotlyServerURL: "", displaylogo: false,
    scrollZoom: false, doubleClick: false,
  };

  // Plotly would put the style sheet of its maps into the page; an element with its id keeps it from trying.
  const keeper = document.createElement("meta");
  keeper.id = script.dataset.mapStyleId;
  document.head.append(keeper);

  // Figures name colours as var(--accent); Plotly wants them resolved, in the theme of the moment.
  const probe = document.body.appendChild(Object.assign(document.createElement("i"), { hidden: true }));
  const resolve = (name) => {
    probe.style.color = name;
    return getComputedStyle(probe).color;
  };
  const painted = (value) => {
    if (typeof value === "string") return value.startsWith("var(--") ? resolve(value) : value;
    if (Array.isArray(value)) return value.map(painted);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, painted(inner)]));
    }
    return value;
  };

  const narrow = (element, figure) => {
    const { layout, data } = figure;
    if (data[0].type === "heatmap") {
      // A year fits on a phone, and names get less room.
      const months = data[0].x.length;
      layout.xaxis.range = [months - 12.5, months - 0.5];
      layout.margin.l = 128;
      layout.yaxis.tickfont.size = 11;
      layout.yaxis.tickmode = "array";
      layout.yaxis.tickvals = data[0].y;
      layout.yaxis.ticktext = data[0].y.map((name) => (name.length > 17 ? `${name.slice(0, 16)}…` : name));
    } else {
      layout.height = 224;
      layout.margin.l = 40;
      layout.xaxis.tickvals = layout.xaxis.tickvals.filter((_, index) => index % 2 === 0);
      layout.xaxis.ticktext = layout.xaxis.ticktext.filter((_, index) => index % 2 === 0);
    }
  };

  const draw = async (element) => {
    const figure = painted(JSON.parse(document.getElementById(element.dataset.plot).textContent));
    const family = getComputedStyle(document.body).fontFamily;
    figure.layout.font.family = family;
    figure.layout.hoverlabel.font.family = family;
    if (element.clientWidth < 520) narrow(element, figure);
    await Plotly.react(element, figure.data, figure.layout, config);
    element.classList.add("ready");
  };

  let loading;
  const load = () => (loading ??= new Promise((done, failed) => {
    const plotly = document.createElement("script");
    plotly.src = script.dataset.plotly;
    plotly.onload = done;
    plotly.onerror = failed;
    document.head.append(plotly);
  }));

  const plots = [...document.querySelectorAll(".plot")];
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries.filter(({ isIntersecting }) => isIntersecting)) {
      near.unobserve(entry.target);
      load().then(() => draw(entry.target));
    }
  }, { rootMargin: "600px" });
  plots.forEach((plot) => near.observe(plot));

  const redraw = () => plots.filter((plot) => plot.classList.contains("ready")).forEach(draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  document.addEventListener("themechange", redraw);
})();
