// Rows of a form that can be added: contact points, order lines, closures. Without this script an empty row is there.
//
//   <section data-formset="PREFIX">         the prefix of Django's formset, its management form inside
//     <div data-rows> … data-row … </div>   the rows
//     <template data-empty-row>             formset.empty_form, with __prefix__ for the number
//     <button data-add-row hidden>          appears with this script
//
// A row is taken away by its own DELETE checkbox, so that it can be taken back until the form is saved. Whoever has to do
// something to a new row listens for the event "formset:added" on it.
(() => {
  const show = (root) => root.querySelectorAll("[data-formset] [data-add-row]").forEach((button) => { button.hidden = false; });

  const add = (formset) => {
    const total = formset.querySelector(`[name="${formset.dataset.formset}-TOTAL_FORMS"]`);
    const holder = document.createElement("template");
    holder.innerHTML = formset.querySelector("template[data-empty-row]").innerHTML.replaceAll("__prefix__", total.value);
    const row = holder.content.querySelector("[data-row]");
    formset.querySelector("[data-rows]").append(row);
    window.htmx?.process(row);
    total.value = Number(total.value) + 1;
    row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true }));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-row]");
    if (button) add(button.closest("[data-formset]"));
  });
  document.addEventListener("htmx:afterSwap", (event) => show(event.target));
  show(document);
})();
