// <div id="swagger-ui" data-schema="…">: Swagger UI on it, in light or dark as the rest of the page.

const dark = matchMedia("(prefers-color-scheme: dark)");
const dress = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", dress);
dress();

const place = document.getElementById("swagger-ui");
window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  // Neither asks anybody else about the document, nor keeps the key longer than the page.
  validatorUrl: null,
  persistAuthorization: false,
});
