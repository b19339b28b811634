// The draft of a note survives a reload and an expired sign-in; it goes when the note is saved.
(() => {
  const restore = () => {
    for (const form of document.querySelectorAll("form[data-draft]")) {
      const { draft } = form.dataset;
      const text = form.elements.text;
      if (form.hasAttribute("data-saved")) localStorage.removeItem(draft);
      else if (!text.value) text.value = localStorage.getItem(draft) ?? "";
    }
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form || event.target.name !== "text") return;
    if (event.target.value) localStorage.setItem(form.dataset.draft, event.target.value);
    else localStorage.removeItem(form.dataset.draft);
  });
  document.addEventListener("htmx:afterSwap", restore);
  restore();
})();
