// Answering entries one after the other: the list stays where the eye and the keyboard are.
(() => {
  let answered = null;

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const section = detail.target.closest?.("section.day");
    if (!section) return;
    const row = detail.requestConfig.elt.closest(".agenda > li");
    answered = {
      section: section.id,
      place: row ? [...row.parentElement.children].indexOf(row) : 0,
      // Somebody quick may have opened the next entry's answers already.
      open: document.querySelector(".entry-menu:popover-open")?.id,
      own: row?.querySelector(".entry-menu")?.id,
    };
  });

  document.addEventListener("htmx:afterSettle", () => {
    if (!answered) return;
    const { section, place, open, own } = answered;
    answered = null;
    const menu = open && open !== own && document.getElementById(open);
    if (menu && !menu.matches(":popover-open")) menu.showPopover();
    if (menu) return;
    const rows = document.querySelectorAll(`#${section} .entry-more`);
    (rows[Math.min(place, rows.length - 1)] ?? document.getElementById(`${section}-h`))?.focus({ preventScroll: true });
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-toast]")) document.getElementById("toasts").replaceChildren();
  });
})();
