// Files may be dropped on the page; without this script they are chosen in the field.
(() => {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const zone = form.querySelector("[data-drop]");
  const input = zone.querySelector("input[type=file]");
  const button = form.querySelector("button[type=submit]");
  const tooLarge = zone.querySelector("[data-too-large]");
  zone.querySelector("[data-drop-hint]").hidden = false;

  const size = (bytes) => new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit", unit: bytes < 1e6 ? "kilobyte" : "megabyte", maximumFractionDigits: 1,
  }).format(bytes / (bytes < 1e6 ? 1e3 : 1e6));

  const show = () => {
    const files = [...input.files];
    zone.querySelector("[data-chosen]").replaceChildren(...files.map((file) =>
      Object.assign(document.createElement("li"), { textContent: `${file.name} · ${size(file.size)}` })));
    tooLarge.hidden = !files.some((file) => file.size > Number(tooLarge.dataset.limit));
    button.disabled = !tooLarge.hidden;
  };
  input.addEventListener("change", show);

  let depth = 0; // enter and leave are told for each element inside
  const hasFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  addEventListener("dragenter", (event) => { if (hasFiles(event)) { depth += 1; zone.classList.add("over"); } });
  addEventListener("dragleave", (event) => { if (hasFiles(event) && (depth -= 1) <= 0) zone.classList.remove("over"); });
  addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    zone.classList.remove("over");
    input.files = event.dataTransfer.files;
    show();
    button.focus();
  });
  form.addEventListener("submit", () => {
    if (input.files.length) button.textContent = button.dataset.busy;
  });
})();
