// A card of the board is taken by hand to another step. It presses the card's own button for that
// step, so that whatever can be dragged can be pressed, and the server decides as always.

const board = document.querySelector("[data-board]");
const says = document.querySelector("[data-board-says]");
let held = null;

const way = (card, to) => card.querySelector(`button[name=to][value="${to}"], a[data-to="${to}"]`);

for (const card of board.querySelectorAll("[data-card]")) {
  if (!card.querySelector("button[name=to], a[data-to]")) continue;
  card.draggable = true;
  card.addEventListener("dragstart", (event) => {
    held = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    for (const lane of board.querySelectorAll("[data-to].lane")) {
      if (way(card, lane.dataset.to)) lane.classList.add("takes");
    }
  });
  card.addEventListener("dragend", () => {
    held = null;
    for (const lane of board.querySelectorAll(".lane")) lane.classList.remove("takes", "over");
  });
}

for (const lane of board.querySelectorAll(".lane[data-to]")) {
  lane.addEventListener("dragover", (event) => {
    if (!held || !way(held, lane.dataset.to)) return;
    event.preventDefault();
    lane.classList.add("over");
  });
  lane.addEventListener("dragleave", () => lane.classList.remove("over"));
  lane.addEventListener("drop", (event) => {
    event.preventDefault();
    const press = held && way(held, lane.dataset.to);
    if (!press) return;
    if (says) says.textContent = "Moving…";
    if (press.form) press.form.requestSubmit(press);
    else location.assign(press.href);
  });
}
