// A frame to sign in with a finger, a pen or the mouse: the drawing is sent with the form as a picture. The block
// holds the form, or stands in it where several persons sign.
export function startSigning(block) {
  const canvas = block.querySelector("[data-canvas]");
  const field = block.querySelector("[data-drawing]");
  const pen = canvas.getContext("2d");
  let drawn = false;
  pen.lineWidth = 5;
  pen.lineCap = pen.lineJoin = "round";
  block.hidden = false;

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    drawn = true;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  block.querySelector("[data-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    drawn = false;
  });
  (block.querySelector("form") ?? block.closest("form")).addEventListener("submit", () => {
    field.value = drawn ? canvas.toDataURL("image/png") : "";
  });
}
