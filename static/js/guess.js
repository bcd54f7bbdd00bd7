// Fills in what the browser knows, so that nobody has to be asked: time zone and language.

const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
for (const field of document.querySelectorAll("input[data-guess]")) {
  if (field.value) continue;
  field.value = { timezone: timeZone, language: navigator.language }[field.dataset.guess] || "";
}
