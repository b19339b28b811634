// Search from anywhere: "/" or Ctrl+K opens it, the arrows choose, Enter opens; "?" lists the keys.
(() => {
  const dialog = document.getElementById("search");
  const keys = document.getElementById("keys");
  if (!dialog) return;
  const field = dialog.querySelector("[role=combobox]");
  const results = document.getElementById("search-results");
  const status = dialog.querySelector("[role=status]");
  const options = () => [...results.querySelectorAll("[role=option]")];

  // What was opened lately, by this user in this browser; it goes when he signs out.
  const REMEMBERED = 8;
  const store = `opened-${dialog.dataset.user}`;
  const opened = () => {
    try {
      return JSON.parse(localStorage.getItem(store)) ?? [];
    } catch {
      return [];
    }
  };
  const remember = () => {
    const [visit] = performance.getEntriesByType("navigation");
    const here = location.pathname;
    if (!/^\/(customers|people|orders|notes|products)\/\d+\/$/.test(here)) return;
    if (visit?.responseStatus >= 400) return;
    const title = document.title.replace(/ · Dangol$/, "");
    const others = opened().filter((row) => row.path !== here);
    localStorage.setItem(store, JSON.stringify([{ path: here, title }, ...others].slice(0, REMEMBERED)));
  };
  document.addEventListener("submit", (event) => {
    if (!event.target.action?.endsWith?.("/sign-out/")) return;
    Object.keys(localStorage).filter((key) => key.startsWith("opened-")).forEach((key) => localStorage.removeItem(key));
  });
  const showOpened = () => {
    const rows = opened().filter((row) => row.path.startsWith("/") && row.path !== location.pathname);
    if (!rows.length || results.querySelector("[role=listbox]")) return;
    const { content } = document.getElementById("search-opened");
    const list = Object.assign(document.createElement("div"), { id: "search-list", role: "listbox" });
    list.setAttribute("aria-label", results.dataset.recent);
    const title = Object.assign(document.createElement("p"), { className: "search-g", textContent: results.dataset.recent });
    rows.forEach((row, number) => {
      const option = content.firstElementChild.cloneNode(true);
      option.id = `hit-opened-${number}`;
      option.href = row.path;
      option.querySelector(".hit-n").textContent = row.title;
      list.append(option);
    });
    results.prepend(title, list);
  };

  const choose = (option) => {
    for (const other of options()) other.setAttribute("aria-selected", other === option);
    field.setAttribute("aria-expanded", options().length > 0);
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  const chosen = () => results.querySelector("[role=option][aria-selected=true]");
  const step = (by) => {
    const all = options();
    const place = all.indexOf(chosen());
    choose(all[(place + by + all.length) % all.length]);
  };
  const show = (typed) => {
    shown = typed;
    if (!typed.trim()) {
      results.innerHTML = hints;
      showOpened();
    }
    results.scrollTop = 0;
    choose(options()[0]);
    const list = results.querySelector("[data-say]");
    status.textContent = list ? list.dataset.say : typed.trim() && results.textContent.trim();
  };

  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    field.focus();
    field.select();
    if (!field.value.trim()) show("");
  };

  // What the list is `shown` for may be behind what is typed.
  const hints = results.innerHTML;
  let shown = "";
  let waiting = false;
  let timer;
  let asking;
  const ask = async () => {
    const typed = field.value;
    asking = new AbortController();
    const address = `${field.form.getAttribute("action")}?q=${encodeURIComponent(typed)}`;
    try {
      const response = await fetch(address, { headers: { "HX-Request": "true" }, signal: asking.signal });
      if (response.redirected) { // signed out meanwhile
        const { signIn } = document.getElementById("toasts").dataset;
        location.assign(`${signIn}?next=${encodeURIComponent(location.pathname + location.search)}`);
        return;
      }
      if (!response.ok) throw new Error(response.statusText);
      results.innerHTML = await response.text();
    } catch (error) {
      if (error.name === "AbortError") return;
      const text = Object.assign(document.createElement("p"), { className: "empty", textContent: results.dataset.failed });
      results.replaceChildren(text);
    }
    show(typed);
    if (waiting) chosen()?.click();
    waiting = false;
  };
  field.addEventListener("input", () => {
    waiting = false;
    clearTimeout(timer);
    asking?.abort(); // the latest answer wins
    if (field.value.trim()) timer = setTimeout(ask, 120);
    else show(field.value);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // the key ends a syllable
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (options().length) step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      if (shown !== field.value) {
        event.preventDefault();
        waiting = true; // for the list of what is typed now
      } else if (chosen()) {
        event.preventDefault();
        chosen().click();
      } else if (!field.value.trim()) event.preventDefault();
    }
  });
  results.addEventListener("focusin", (event) => choose(event.target.closest("[role=option]") ?? chosen()));
  // The same page again would only close the dialog for who looks at it.
  results.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && !event.ctrlKey && !event.metaKey && option.pathname === location.pathname && !option.search) dialog.close();
  });

  const typing = (element) => element.matches("input, textarea, select") || element.isContentEditable;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (dialog.open) dialog.close();
      else if (!document.querySelector("dialog[open]")) open(); // one at a time
    }
    if (event.ctrlKey || event.metaKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      event.preventDefault(); // else it would be the first thing typed
      open();
    } else if (event.key === "?") keys.showModal();
  });
  document.addEventListener("click", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (plain && event.target.closest("[data-search]")) {
      event.preventDefault();
      open();
    } else if (event.target.closest("[data-search-close]")) dialog.close();
    else if (event.target === dialog || event.target === keys) event.target.close(); // beside it
  });
  addEventListener("pageshow", (event) => { if (event.persisted && dialog.open) dialog.close(); });
  remember();
})();
