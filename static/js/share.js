// <button data-share hidden data-title="…" data-text="…" data-url="…">: opens the phone's share sheet.
// Shown only where there is one; the links beside it do the same without. The button is on the page
// only after the server has made the introduction, so what is shared always works.

for (const button of document.querySelectorAll("[data-share]")) {
  const { title, text, url } = button.dataset;
  const parcel = Object.fromEntries(Object.entries({ title, text, url }).filter(([, value]) => value));
  if (!navigator.share || (navigator.canShare && !navigator.canShare(parcel))) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.share(parcel);
    } catch {
      // Closing the sheet again is no fault, and the links are still there.
    }
  });
}

// <button data-copy="id of an input" hidden data-done="Copied">
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.done || "Copied";
    } catch {
      field.select();
    }
  });
}
