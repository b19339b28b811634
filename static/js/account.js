// Settings and links: the browser's time zone, copying, printing.
(() => {
  const select = document.querySelector("select[data-zone]");
  const offer = document.querySelector("[data-zone-offer]");
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

  const take = () => {
    // A browser may know the zone by an older spelling than the list.
    if (![...select.options].some((option) => option.value === timeZone)) select.add(new Option(timeZone, timeZone));
    select.value = timeZone;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const show = () => { offer.hidden = select.value === timeZone; };
  if (select && offer && timeZone) {
    offer.firstElementChild.textContent = offer.dataset.zoneOffer.replace("{zone}", timeZone);
    offer.firstElementChild.addEventListener("click", () => { take(); select.focus(); });
    select.addEventListener("change", show);
    if (select.closest("[data-zone-preset]")) take();
    show();
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  for (const field of document.querySelectorAll("[data-select]")) field.addEventListener("focus", () => field.select());
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue; // without HTTPS there is none; the field selects itself
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      button.querySelector("span").textContent = button.dataset.done;
    });
  }
})();
