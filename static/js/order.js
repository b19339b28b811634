// Lines of an order: what is known of an item fills in what is still empty; an unknown one offers to be made.
(() => {
  const options = document.getElementById("product-list");
  const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const chosen = (text) => [...options.options].find((option) => option.value.toLowerCase() === text.trim().toLowerCase());

  const offer = (row, unknown) => {
    const box = row.querySelector(".new-product");
    box.hidden = !unknown && !field(row, "is_new").checked;
  };

  const fill = (row) => {
    const item = field(row, "item");
    const option = chosen(item.value);
    const last = row.querySelector("[data-last]");
    last.textContent = option?.dataset.last ?? "";
    row.querySelector("[data-name]").textContent = option?.dataset.name ?? "";
    if (option) {
      field(row, "is_new").checked = false;
      if (!field(row, "unit").value) field(row, "unit").value = option.dataset.unit;
      if (!field(row, "unit_price").value && option.dataset.price) field(row, "unit_price").value = option.dataset.price;
    }
    offer(row, !option && item.value.trim() && !options.options.length);
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-product]")) fill(event.target.closest("[data-line]"));
  });
  // The answer to what was typed has come: a whole SKU may have been typed before it did.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== options) return;
    const row = document.activeElement?.closest("[data-line]");
    const typing = row && field(row, "item");
    if (!typing) return;
    if (chosen(typing.value) && document.activeElement !== typing) fill(row);
    else offer(row, typing.value.trim() && !options.options.length);
  });
})();
