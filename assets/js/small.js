// A button that prints is shown only where it can work.
export function startPrint(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A form of filters sends itself when a choice changes; typed text waits for the button or Enter,
// so that the page does not go away under the fingers.
export function startFilters(form) {
  form.addEventListener("change", (event) => {
    if (event.target.matches('select, input[type="checkbox"], input[type="radio"]')) {
      form.requestSubmit();
    }
  });
}
