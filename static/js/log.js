// The quick log and whatever else is written as a note: the dialog, drafts, suggested names, promises understood.
(() => {
  const dialog = document.getElementById("log");
  if (!dialog) return; // nobody is signed in
  const place = dialog.querySelector("[data-log-place]");
  const main = document.getElementById("main");
  const toasts = document.getElementById("toasts");
  const isComposing = (event) => event.isComposing || event.keyCode === 229;
  const hiddenCustomer = (form) => form.querySelector("input[type=hidden][name=customer]");
  const ticked = (form) => [...form.querySelectorAll("[name=people]:checked, [name=people][type=hidden]")].map(({ value }) => value);

  // Drafts: all fields of a form, per user, in the browser. They go when the note is saved, and at signing out.
  const OF_THE_PAGE = ["csrfmiddlewaretoken", "place"];
  const WRITTEN = ["text", "promise", "due_on", "happened_at", "people"];
  const OPEN = "log-open";
  const prefix = `draft-${dialog.dataset.user}-`;
  const draftOf = (form) => JSON.parse(localStorage.getItem(prefix + form.dataset.draft) ?? "null");

  const keep = (form) => {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (!OF_THE_PAGE.includes(name)) (fields[name] ??= []).push(value);
    }
    const isWritten = form.matches("[data-note-form]")
      || WRITTEN.some((name) => fields[name]?.some((value) => value.trim()))
      || (fields.customer_name?.[0] && fields.customer_name[0] !== form.dataset.guess);
    try {
      if (isWritten) localStorage.setItem(prefix + form.dataset.draft, JSON.stringify(fields));
      else localStorage.removeItem(prefix + form.dataset.draft);
    } catch {
      // No room, or not allowed: saving still works.
    }
  };

  const restore = (form) => {
    const fields = form.hasAttribute("data-bound") ? null : draftOf(form);
    if (!fields) return false;
    for (const field of form.elements) {
      if (field.type === "radio" || field.type === "checkbox") {
        field.checked = fields[field.name]?.includes(field.value) ?? false;
      } else if (field.name in fields && (field.type !== "hidden" || field.name === "customer")) {
        field.value = fields[field.name][0];
      }
    }
    for (const details of form.querySelectorAll("details")) {
      details.open ||= [...details.querySelectorAll("input, textarea")].some((field) => (
        field.type === "radio" || field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value
      ));
    }
    const missing = (fields.people ?? []).filter((pk) => !ticked(form).includes(pk));
    missing.forEach((pk) => link(form, pk));
    form.querySelector("[data-draft-hint]").hidden = false;
    if (fields.customer?.[0] || missing.length) about(form);
    understand(form);
    return true;
  };

  // Saved: its draft goes, and so does the dialog.
  const forgetSaved = () => {
    for (const mark of document.querySelectorAll("[data-logged]")) {
      localStorage.removeItem(prefix + mark.dataset.logged);
      if (mark.dataset.logged === "dialog" && dialog.open) dialog.close();
      mark.removeAttribute("data-logged");
    }
  };

  // Whom it is about: the server knows who works there, and whose clock counts.
  const about = async (form, values = {}) => {
    const part = form.querySelector("[data-about]");
    if (!part) return;
    const now = { customer: hiddenCustomer(form)?.value ?? "", people: ticked(form), place: form.elements.place.value };
    await htmx.ajax("GET", form.action, { target: part, source: part, swap: "outerHTML", values: { ...now, ...values } });
    form.dataset.guess ??= form.elements.customer_name?.value ?? "";
  };

  const link = (form, pk) => {
    if (ticked(form).includes(pk)) return;
    const box = form.querySelector(`[name=people][value="${pk}"]`);
    if (box) box.checked = true;
    else (form.querySelector("[data-about]") ?? form).append(Object.assign(document.createElement("input"), { type: "hidden", name: "people", value: pk }));
  };

  // The dialog is filled when it opens, so that it is there at once and can be typed into.
  const open = (query = "") => {
    const own = main.querySelector("[data-draft=page]");
    if (own) return own.elements.text.focus();
    if (dialog.open) return undefined;
    place.replaceChildren(document.getElementById("log-form").content.cloneNode(true));
    htmx.process(place);
    dialog.append(toasts); // what lies behind a dialog can not be read
    dialog.showModal();
    sessionStorage.setItem(OPEN, query);
    const form = place.querySelector("form");
    if (!restore(form)) begin(form, query);
    form.elements.text.focus();
    form.elements.text.setSelectionRange(form.elements.text.value.length, form.elements.text.value.length);
    return undefined;
  };

  const begin = (form, query) => {
    const asked = Object.fromEntries(new URLSearchParams(query));
    const kind = form.querySelector(`[name=kind][value="${CSS.escape(asked.kind ?? "")}"]`);
    if (kind) kind.checked = true;
    if (!asked.customer && !asked.person && main.dataset.customer) asked.customer = main.dataset.customer;
    if (!asked.customer && !asked.person) return;
    hiddenCustomer(form).value = asked.customer ?? "";
    about(form, asked);
  };

  dialog.addEventListener("close", () => {
    if (dialog.open) return; // opened again before the event came
    document.body.append(toasts);
    sessionStorage.removeItem(OPEN);
    if (!place.querySelector(".htmx-request")) place.replaceChildren();
  });
  // Beside the dialog: closes it where nothing would be lost.
  dialog.addEventListener("click", (event) => {
    if (event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    const isBeside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (isBeside && !draftOf(place.querySelector("form"))) dialog.close();
  });
  // A phone's keyboard covers the lower end, where "Save" is.
  const rise = () => dialog.style.setProperty("--keyboard", `${Math.max(0, innerHeight - visualViewport.height - visualViewport.offsetTop)}px`);
  for (const change of ["resize", "scroll"]) window.visualViewport?.addEventListener(change, rise);

  // Suggestions: customers below their field, people while an @name is being written.
  const OPTION = ".suggestions [role=option]"; // the search has options of its own
  const listOf = (field) => document.getElementById(field.getAttribute("aria-controls") ?? "");
  const isShown = (list) => list && !list.hidden;
  const NAME_BEING_WRITTEN = /(?:^|[\s(])[@＠]((?:\S+ ?){0,3})$/;
  const written = (field) => (
    field.matches("[data-mentions]")
      ? NAME_BEING_WRITTEN.exec(field.value.slice(0, field.selectionStart))?.[1]
      : field.value
  );

  const hide = (list) => {
    if (!list) return;
    list.hidden = true;
    list.replaceChildren();
    const field = document.querySelector(`[aria-controls="${list.id}"]`);
    field?.removeAttribute("aria-activedescendant");
    if (field?.matches("[role=combobox]")) field.setAttribute("aria-expanded", "false");
  };

  const mark = (list, index) => {
    const field = document.querySelector(`[aria-controls="${list.id}"]`);
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    list.dataset.index = index;
    if (index < 0) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", list.children[index].id);
    return list.children[index].scrollIntoView({ block: "nearest" });
  };

  const show = (list) => {
    const field = document.querySelector(`[aria-controls="${list.id}"]`);
    const query = written(field);
    if (document.activeElement !== field || query === undefined || !list.children.length) return hide(list);
    [...list.children].forEach((option, index) => { option.id = `${list.id}-${index}`; });
    list.hidden = false;
    if (field.matches("[role=combobox]")) field.setAttribute("aria-expanded", "true");
    return mark(list, query || field.matches("[data-mentions]") ? 0 : -1);
  };

  const timers = new Map();
  const soon = (key, milliseconds, action) => {
    clearTimeout(timers.get(key));
    timers.set(key, setTimeout(action, milliseconds));
  };

  const suggest = (field) => soon(field.name, 120, () => {
    const query = written(field);
    const list = listOf(field);
    if (query === undefined || !field.isConnected) return hide(list);
    const values = { q: query };
    const { form } = field;
    if (field.matches("[data-mentions]")) values.customer = hiddenCustomer(form)?.value ?? "";
    const address = field.dataset.suggest ?? form.dataset.people;
    return htmx.ajax("GET", address, { target: list, source: list, swap: "innerHTML", values });
  });

  const take = (field, option) => {
    const { form } = field;
    const { pk, name, customer } = option.dataset;
    if (field.matches("[data-mentions]")) {
      const end = field.selectionStart;
      const start = Math.max(field.value.lastIndexOf("@", end - 1), field.value.lastIndexOf("＠", end - 1));
      field.setRangeText(`@${name} `, start, end, "end");
      link(form, pk);
      const chosen = hiddenCustomer(form);
      if (chosen && !chosen.value && customer && !form.elements.customer_name?.value) chosen.value = customer;
    } else {
      field.value = name;
      hiddenCustomer(form).value = pk;
    }
    hide(listOf(field));
    keep(form);
    about(form).then(() => form.isConnected && keep(form));
  };

  document.addEventListener("htmx:afterSwap", ({ target }) => {
    if (target.matches("[role=listbox]")) show(target);
    else for (const form of target.querySelectorAll("[data-log-form]")) {
      if (form.hasAttribute("data-bound")) form.querySelector("[aria-invalid=true]")?.focus();
      else if (target !== place) restore(form);
    }
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.target.closest(OPTION)) event.preventDefault(); // the field keeps the focus
  });
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches("[data-suggest]") && !target.value) suggest(target);
  });
  document.addEventListener("focusout", ({ target }) => {
    if (target.matches("[data-suggest], [data-mentions]")) hide(listOf(target));
  });

  // Promises, said back as they are understood.
  const PROMISE = /^\s*(?:[-*+]\s+)?(?:->|→|⇒|!(?!\[)|\[ ?\])/;
  const understand = (form) => soon("due", 250, () => {
    const said = form.querySelector("[data-understood]");
    if (!said?.isConnected) return;
    const { text, promise, due_on: due, promise_by: by } = form.elements;
    const line = text.value.split("\n").filter((one) => PROMISE.test(one));
    if (!line.length && !promise.value.trim()) said.replaceChildren();
    else htmx.ajax("GET", form.dataset.due, { target: said, source: said, values: { line, promise: promise.value, promise_by: by.value, due_on: due.value } });
  });

  document.addEventListener("input", ({ target }) => {
    const { form } = target;
    if (!form?.matches("[data-draft]")) return;
    if (target.matches("[data-suggest]")) hiddenCustomer(form).value = "";
    if (target.name === "happened_at") for (const radio of form.querySelectorAll("[name=when]")) radio.checked = !target.value && radio.value === "now";
    if (target.name === "when") form.elements.happened_at.value = "";
    if (target.matches("[data-suggest], [data-mentions]")) suggest(target);
    if (form.matches("[data-log-form]")) understand(form);
    keep(form);
  });

  document.addEventListener("click", (event) => {
    const { target } = event;
    const opener = target.closest("[data-log]");
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open(new URL(opener.href ?? "", location.href).search);
    }
    const option = target.closest(OPTION);
    if (option) take(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option);
    if (target.closest("[data-log-close]")) dialog.close();
    if (target.closest("[data-toast-close]")) target.closest("[data-toast]").remove();
    if (target.closest("[data-draft-drop]")) {
      const { form } = target.closest("button");
      localStorage.removeItem(prefix + form.dataset.draft);
      if (!dialog.contains(form)) return location.reload();
      const query = sessionStorage.getItem(OPEN) ?? "";
      dialog.addEventListener("close", () => open(query), { once: true });
      dialog.close();
    }
    return undefined;
  });

  // Keys. While a syllable is composed Enter belongs to it alone.
  // A dialog that has just closed may still have the focus.
  const isTypedInto = (element) => element.closest("input, textarea, select, [contenteditable]") && !element.closest("dialog:not([open])");
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    const list = target.matches("[data-suggest], [data-mentions]") ? listOf(target) : null;
    if (isComposing(event)) {
      if (key === "Enter" && target.form?.matches("[data-draft]")) event.stopImmediatePropagation();
      if (key === "Enter" && target.matches("[data-draft] input")) event.preventDefault();
    } else if (isShown(list) && ["ArrowDown", "ArrowUp"].includes(key)) {
      event.preventDefault();
      const index = Number(list.dataset.index) + (key === "ArrowDown" ? 1 : -1);
      mark(list, (index + list.children.length) % list.children.length);
    } else if (isShown(list) && key === "Escape") {
      event.preventDefault();
      hide(list);
    } else if (isShown(list) && list.dataset.index >= 0 && ["Enter", "Tab"].includes(key) && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      if (key === "Enter" || target.matches("[data-mentions]")) event.preventDefault();
      take(target, list.children[list.dataset.index]);
    } else if (key === "Enter" && target.matches("[data-suggest]") && !event.ctrlKey && !event.metaKey) {
      event.preventDefault(); // a name half typed is no reason to save
    } else if ((key === "n" || (event.code === "KeyN" && !/^[a-z]$/i.test(key))) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      // With a Hangul keyboard the same key writes ㅜ.
      if (isTypedInto(target) || document.querySelector("dialog[open], :popover-open")) return;
      event.preventDefault();
      open();
    }
  }, true);

  // The server is told which timeline this page shows, and its form comes back with what is wrong in it, as that of a call does.
  document.addEventListener("htmx:configRequest", ({ target, detail }) => {
    if (!target.closest("[data-log-form], #toasts") || detail.verb !== "post") return;
    if (main.dataset.customer && document.getElementById("timeline")) detail.parameters.timeline = main.dataset.customer;
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status !== 422 || !detail.requestConfig.elt.matches("[data-log-form], .my-call")) return;
    detail.shouldSwap = true;
    detail.isError = false;
  });
  // The event comes from each part that was put in; its detail says where to.
  document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
    if (detail.target !== toasts) return;
    forgetSaved();
    const toast = toasts.querySelector("[data-toast]");
    setTimeout(() => toast?.matches(":hover, :focus-within") || toast?.remove(), 20_000);
  });
  document.addEventListener("submit", ({ target }) => {
    if (target.matches("[data-draft]")) keep(target);
    if (new URL(target.action, location.href).pathname !== dialog.dataset.signOut) return;
    for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
  }, true);

  forgetSaved();
  document.querySelectorAll("form[data-draft]").forEach(restore);
  const wasOpen = sessionStorage.getItem(OPEN);
  if (wasOpen !== null) open(wasOpen);
})();
