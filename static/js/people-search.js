// Suggests people while a name is typed: components/person_search.html.
// The answer is {"people": [{"id", "name", "about"}]}. Without this the name is simply sent as typed.

function enhance(box) {
  const [input, chosen, list] = ["input:not([type=hidden])", "input[type=hidden]", "[role=listbox]"].map(
    (selector) => box.querySelector(selector),
  );
  let asked = 0;
  let timer;
  let at = -1;
  const options = () => [...list.children];

  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) mark(-1);
  };
  const mark = (index) => {
    at = index;
    options().forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", options()[index].id);
  };
  const choose = (option) => {
    input.value = option.dataset.name;
    chosen.value = option.dataset.id;
    show(false);
  };
  const option = ({ id, name, about }, place) => {
    const item = document.createElement("li");
    Object.assign(item, { id: `${list.id}-${place}`, role: "option", textContent: name });
    Object.assign(item.dataset, { id, name });
    const more = document.createElement("small");
    more.textContent = about || "";
    item.append(more);
    return item;
  };
  const ask = async () => {
    const turn = ++asked;
    const text = input.value.trim();
    if (text.length < 2) return show(false);
    const answer = await fetch(`${box.dataset.url}?q=${encodeURIComponent(text)}`).catch(() => null);
    if (!answer?.ok || turn !== asked) return undefined;
    list.replaceChildren(...(await answer.json()).people.map(option));
    return show(list.children.length > 0);
  };

  input.addEventListener("input", () => {
    chosen.value = "";
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    const count = options().length;
    if (event.key in moves) mark((at + moves[event.key] + count) % count);
    else if (event.key === "Enter" && at >= 0) choose(options()[at]);
    else if (event.key === "Escape") show(false);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const item = event.target.closest("[role=option]");
    if (item) choose(item);
  });
  input.addEventListener("blur", () => show(false));
}

document.querySelectorAll("[data-people-search]").forEach(enhance);
