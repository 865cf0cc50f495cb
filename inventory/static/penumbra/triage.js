// Keys of the triage page. A key presses the button or follows the link that names it in data-key; the
// page does the same without. Where a field that the button needs is empty, that field is asked for
// first, and Enter in it presses the same button.
(() => {
  "use strict";
  let wanted = null;

  const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

  const press = (button) => {
    const needed = [button.dataset.needs, "reason"]
      .map((name) => name && button.form.elements[name])
      .find((field) => field && field.value.trim() === "");
    if (needed && !(button.value === "ask" && needed.name === "reason")) {
      wanted = button.value;
      needed.focus();
      return;
    }
    button.form.requestSubmit(button);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      const form = event.target.form;
      if (event.key === "Enter" && wanted && form && form.id === "decide" && event.target.tagName === "INPUT") {
        event.preventDefault();
        // The buttons stand apart from the form that they belong to.
        press([...form.elements].find((one) => one.tagName === "BUTTON" && one.value === wanted));
      }
      return;
    }
    const named = document.querySelector(`#main [data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!named) return;
    event.preventDefault();
    if (named.tagName === "BUTTON" && named.form.id === "decide") press(named);
    else named.click();
  });

  document.addEventListener("submit", () => { wanted = null; });
})();
