// What every page does: theme, clocks, forms.
(() => {
  const root = document.documentElement;

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
    document.dispatchEvent(new Event("themechange"));
  });

  // The time at the customer's.
  const tick = () => {
    for (const clock of document.querySelectorAll("time[data-tz]")) {
      try {
        clock.textContent = new Intl.DateTimeFormat(root.lang, {
          weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: clock.dataset.tz,
        }).format(new Date());
      } catch {
        clock.parentElement.hidden = true; // a zone that this browser does not know
      }
    }
  };
  tick();
  setInterval(tick, 20000);

  // A second click while the first is on its way sends nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

  // Ctrl+Enter saves; not while a syllable is being composed.
  document.addEventListener("keydown", (event) => {
    const form = event.target.form;
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    if (form && form.hasAttribute("data-ctrl-enter")) form.requestSubmit();
  });

  // A filter applies as soon as it is chosen. Not a date: typing 2026 "changes" it to the years 2, 20 and 202 on the way.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto-submit]");
    if (form && event.target.matches("select, input[type=checkbox]")) form.requestSubmit();
  });

  // A part of the page that gives way takes the focus with it. It goes on to what is wrong, else to the link that was used or that
  // opened the form, else to the heading of what came. What comes by itself, or for another place, leaves it alone.
  const BEGINS = "h1, h2, h3, a[href], button, summary, input:not([type=hidden]), textarea";
  const land = (part, used) => {
    const wrong = part.querySelector("[aria-invalid=true]");
    // Whoever has gone on meanwhile, or was put somewhere by the page itself, stays there.
    const at = document.activeElement;
    if (at !== document.body && !(wrong && part.contains(at))) return;
    const visible = (selector) => [...part.querySelectorAll(selector)].filter((element) => element.checkVisibility());
    const addresses = [used.getAttribute("href"), used.closest("form")?.getAttribute("action")];
    const again = visible("a[href]").find((link) => addresses.includes(link.getAttribute("href")));
    const place = wrong ?? again ?? (part.matches(BEGINS) ? part : visible(BEGINS)[0]) ?? part;
    if (place.tabIndex < 0) place.tabIndex = -1;
    place.focus();
  };
  // A page that came back with something wrong begins there.
  document.querySelector("main [aria-invalid=true]")?.focus();
  const beside = new WeakSet();
  document.addEventListener("htmx:oobAfterSwap", ({ target }) => beside.add(target));
  document.addEventListener("htmx:afterSettle", ({ target: part, detail }) => {
    const { elt, triggeringEvent: cause } = detail.requestConfig ?? {}; // going back in the history has none
    if (!["click", "submit"].includes(cause?.type) || elt.isConnected) return;
    if (part instanceof Element && !beside.has(part)) queueMicrotask(() => land(part, cause.submitter ?? elt));
  });

  // What went wrong behind the page is said, and stays until it is closed.
  const toasts = document.getElementById("toasts");
  const say = (text) => {
    const toast = Object.assign(document.createElement("p"), { className: "toast", textContent: text });
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    close.setAttribute("aria-label", toasts.dataset.close);
    close.addEventListener("click", () => toast.remove());
    toast.append(close);
    toasts.replaceChildren(toast);
  };
  document.addEventListener("htmx:responseError", () => say(toasts.dataset.failed));
  document.addEventListener("htmx:sendError", () => say(toasts.dataset.unreachable));
  document.addEventListener("htmx:beforeRequest", ({ target }) => toasts.contains(target) || toasts.replaceChildren());
  // Signed out meanwhile: the answer is the sign-in page, which has no place inside this one.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { pathname } = new URL(event.detail.xhr.responseURL || location.href, location.href);
    if (pathname !== toasts.dataset.signIn) return;
    event.detail.shouldSwap = false;
    location.assign(`${pathname}?next=${encodeURIComponent(location.pathname + location.search)}`);
  });
})();
