// Starts the API browser. A file of its own, because the page's policy allows no inline script.
// So many areas are read as a list first; the box above it finds one by its name.
window.SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null, docExpansion: "none", filter: true,
  defaultModelsExpandDepth: -1,
});
