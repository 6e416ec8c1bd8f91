// What takes several steps goes on by itself; without this a button is pressed for each.
const form = document.querySelector("form[data-go-on]");
if (form) {
  document.querySelector("[data-by-itself]").hidden = false;
  setTimeout(() => form.requestSubmit(), 400);
}
