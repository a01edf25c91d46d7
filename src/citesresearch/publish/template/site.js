// Search, filters and sorting of the front page; without it the whole list is there to read.
for (const campagne of document.querySelectorAll(".campagne")) {
  const form = campagne.querySelector(".filtres");
  const table = campagne.querySelector(".cites");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const count = campagne.querySelector("[data-count]");
  const none = campagne.querySelector("[data-none]");
  const fields = [...form.querySelectorAll("[data-filter]")];
  const plain = (text) => text.toLowerCase().replace(/œ/g, "oe").normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, " ").trim();

  const places = [...campagne.querySelectorAll("path[data-dep], i[data-dep]")];
  const colour = () => {
    const counts = {};
    for (const row of rows) if (!row.hidden) for (const code of (row.dataset.dep || "").split(" ")) counts[code] = (counts[code] || 0) + 1;
    for (const place of places) {
      const count = counts[place.dataset.dep] || 0;
      place.setAttribute("class", `q${count > 3 ? 3 : count > 1 ? 2 : count}`);
    }
  };

  const show = () => {
    let shown = 0;
    for (const row of rows) {
      const kept = fields.every((field) => field.dataset.filter === "texte"
        ? plain(field.value).split(" ").every((word) => row.dataset.texte.includes(word))
        : !field.value || row.dataset[field.dataset.filter] === field.value);
      row.hidden = !kept;
      shown += kept;
    }
    count.textContent = `${shown} Cité${shown > 1 ? "s" : ""}${shown < rows.length ? ` sur ${rows.length}` : ""}`;
    none.hidden = shown > 0;
    table.hidden = shown === 0;
    colour();
  };

  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const text = (row) => row.cells[column].textContent.trim();
      const unknown = (row) => text(row) === "nd"; // what is not known stays last, whichever way
      rows.sort((a, b) => unknown(a) - unknown(b) || text(a).localeCompare(text(b), "fr", { numeric: true }) * (up ? 1 : -1));
      body.append(...rows);
    });
  });

  form.hidden = false;
  for (const words of campagne.querySelectorAll(".js")) words.hidden = false;
  form.addEventListener("input", show);
  form.querySelector("[data-reset]").addEventListener("click", () => {
    for (const field of fields) field.value = "";
    show();
    fields[0].focus();
  });
}
