// Lines of an order: what is known of an item fills in what is still empty; an unknown one offers to be made.
(() => {
  const options = document.getElementById("product-list");
  // Two lines may be asked about at once and answered in any order: each remembers its own answer.
  const answers = new WeakMap();
  const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const chosen = (row) => {
    const typed = field(row, "item").value.trim().toLowerCase();
    return answers.get(row)?.find((option) => option.value.toLowerCase() === typed);
  };
  const isUnknown = (row) => field(row, "item").value.trim() && answers.get(row)?.length === 0;

  const offer = (row) => {
    row.querySelector(".new-product").hidden = !isUnknown(row) && !field(row, "is_new").checked;
  };

  const fill = (row) => {
    const option = chosen(row);
    row.querySelector("[data-last]").textContent = option?.dataset.last ?? "";
    row.querySelector("[data-name]").textContent = option?.dataset.name ?? "";
    if (option) {
      field(row, "is_new").checked = false;
      if (!field(row, "unit").value) field(row, "unit").value = option.dataset.unit;
      if (!field(row, "unit_price").value && option.dataset.price) field(row, "unit_price").value = option.dataset.price;
    }
    offer(row);
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-product]")) fill(event.target.closest("[data-line]"));
  });
  // The answer to what was typed has come: a whole SKU may have been typed before it did.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== options) return;
    const row = event.detail.requestConfig.elt.closest("[data-line]");
    answers.set(row, [...options.options]);
    if (chosen(row) && document.activeElement !== field(row, "item")) fill(row);
    else offer(row);
  });
})();
