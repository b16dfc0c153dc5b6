// What reading codes has in common wherever it is done: the signal at each scan, the camera, and how a code is
// written. A hand scanner needs nothing of this: it types into the focused field and presses Enter.

// canonical writes a reading as it is compared: the end of the address in a QR code, in capitals, without the
// spaces and hyphens that people type or leave out.
export function canonical(read) {
  const end = read.trim().split("/").pop();
  return end.toUpperCase().replace(/[\s-]/g, "");
}

// identifier makes a name for a scan that nobody else makes.
export function identifier() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
}

const tones = { good: [[880, 0.08]], again: [[660, 0.06]], bad: [[220, 0.18], [180, 0.22]] };
let sound;

// signal says what became of a scan in three ways: a tone, a colour and a text that screen readers read aloud.
// kind is good, again or bad.
export function signal(element, kind, text) {
  element.textContent = text;
  element.dataset.kind = kind;
  try {
    sound ??= new AudioContext();
    let at = sound.currentTime;
    for (const [pitch, length] of tones[kind]) {
      const tone = sound.createOscillator();
      const loud = sound.createGain();
      tone.frequency.value = pitch;
      loud.gain.value = 0.15;
      tone.connect(loud).connect(sound.destination);
      tone.start(at);
      tone.stop(at + length);
      at += length + 0.04;
    }
  } catch {
    // No sound: the colour and the text say the same.
  }
  navigator.vibrate?.(kind === "bad" ? [80, 60, 160] : 40);
}

const pause = 1500; // ms before the same code is read again: a hand does not move faster

// startCamera shows its button where the browser reads codes from the camera, and gives each reading to take.
export async function startCamera({ button, video, words, take, failed }) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  const wanted = ["qr_code", "code_128", "code_39", "ean_13", "data_matrix"];
  const formats = (await BarcodeDetector.getSupportedFormats()).filter((format) => wanted.includes(format));
  if (!formats.includes("qr_code")) return;
  const detector = new BarcodeDetector({ formats });
  let stream = null;
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (stream) return stop();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    } catch {
      failed(words.nocamera);
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    button.textContent = words.stop;
    await video.play();
    look({ value: "", at: 0 });
  });

  function stop() {
    for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.hidden = true;
    button.textContent = words.camera;
  }

  async function look(last) {
    if (!stream) return;
    try {
      const [found] = await detector.detect(video);
      if (found && (found.rawValue !== last.value || Date.now() - last.at > pause)) {
        last = { value: found.rawValue, at: Date.now() };
        take(found.rawValue);
      }
    } catch {
      // The picture is not there yet.
    }
    setTimeout(() => look(last), 150);
  }
}
