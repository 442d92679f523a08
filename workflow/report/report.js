// Tables that sort and figures that enlarge. Without JavaScript the page says the same.
document.documentElement.classList.add("script");

// A number as the tables write it: 0.960 ± 0.013, 1,234, −0.02; what is none, such as –, comes last.
const numberIn = (text) => Number.parseFloat(text.replaceAll(",", "").replace("−", "-"));

function compare(one, other, sign) {
  const [a, b] = [numberIn(one), numberIn(other)];
  if (Number.isNaN(a) && Number.isNaN(b)) return sign * one.localeCompare(other, undefined, { numeric: true });
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
  return sign * (a - b);
}

function sortBy(table, heading) {
  const column = heading.cellIndex, body = table.tBodies[0];
  // First the best: numbers fall, words rise; then the other way round.
  const before = heading.getAttribute("aria-sort");
  const ascending = before === null ? !heading.classList.contains("number") : before === "descending";
  const sign = ascending ? 1 : -1;
  // A line of published values stays below the line of ours.
  const groups = [];
  for (const row of body.rows) {
    if (row.classList.contains("published") && groups.length) groups.at(-1).push(row);
    else groups.push([row]);
  }
  const text = (group) => group[0].cells[column]?.textContent.trim() ?? "";
  groups.sort((one, other) => compare(text(one), text(other), sign));
  body.append(...groups.flat());
  for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
}

for (const table of document.querySelectorAll("table.values, table.motifs")) {
  if (!table.tHead || table.tBodies[0].rows.length < 3) continue;
  const headings = [...table.tHead.rows].at(-1).cells;
  for (const heading of headings) {
    if (!heading.textContent.trim()) continue;
    heading.classList.add("sorts");
    heading.tabIndex = 0;
    heading.addEventListener("click", () => sortBy(table, heading));
    heading.addEventListener("keydown", (event) => {
      if (event.key === "Enter") sortBy(table, heading);
    });
  }
}

const dialog = document.createElement("dialog");
dialog.addEventListener("click", () => dialog.close());
document.body.append(dialog);
for (const image of document.querySelectorAll("figure img")) {
  image.addEventListener("click", () => {
    const copy = new Image();
    [copy.src, copy.alt] = [image.src, image.alt];
    copy.style.setProperty("--enlarged", `${Math.max(image.naturalWidth, 0.94 * innerWidth)}px`);
    dialog.replaceChildren(copy);
    dialog.showModal();
  });
}

// A link to a row opens the list that the row is in, also where the browser does not do so by itself.
function openTarget() {
  const list = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("details");
  if (list) list.open = true;
}
addEventListener("hashchange", openTarget);
openTarget();
