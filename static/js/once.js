// One press, one request: the pressed button rests until the page is shown again.
// The server does not rely on it; a second press gets the same answer there.

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // After the browser has read the form, or the pressed button's own name and value would be lost.
  setTimeout(() => {
    for (const button of form.querySelectorAll("button:not([type=button], :disabled)")) {
      button.disabled = true;
      button.dataset.rests = "yes";
    }
  });
});

// Also when the page comes back from the browser's memory.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[data-rests]")) {
      button.disabled = false;
      delete button.dataset.rests;
    }
  }
});
