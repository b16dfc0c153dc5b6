// The handover screen of a class: agreements and devices are scanned in any order, each pair is kept on the device first and
// sent when there is a network. A pair bears a name of its own, so that the server counts it once however often it is sent.
import { openQueue } from "./queue.js";
import { canonical, identifier, signal, startCamera } from "./scan.js";

const most = 50; // pairs a message
const longest = 60; // seconds between two attempts

export async function startHandover(root) {
  const handover = new Handover(root);
  handover.listen(); // at once: a hand scanner does not wait until the page is ready
  await handover.start(await openQueue());
}

class Handover {
  constructor(root) {
    this.root = root;
    this.words = JSON.parse(root.dataset.words);
    this.form = root.querySelector("form");
    this.records = new Map();
    this.attempts = 0;
    this.say("again", this.words.scan, true);
  }

  part(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  get fields() {
    return this.form.elements;
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.read();
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !["slip", "device"].includes(event.target.name)) return;
      event.preventDefault();
      this.read();
    });
    window.addEventListener("online", () => {
      this.attempts = 0;
      this.send();
    });
    window.addEventListener("offline", () => this.show());
  }

  async start(queue) {
    for (const record of await queue.all()) {
      if (record.kind === "handover" && record.account === this.root.dataset.account && !this.records.has(record.id)) {
        this.records.set(record.id, record);
        if (record.state === "refused") this.log(record);
      }
    }
    this.queue = queue;
    await Promise.all([...this.records.values()].filter((record) => record.early).map((record) => this.keep(record)));
    startCamera({ button: this.part("camera"), video: this.part("video"), words: this.words, take: (read) => this.scan(read), failed: (text) => this.say("bad", text) });
    this.send();
  }

  // read takes what was typed: one code, or both.
  read() {
    const typed = [this.fields.slip.value, this.fields.device.value].filter((text) => text.trim());
    this.fields.slip.value = "";
    this.fields.device.value = "";
    for (const text of typed) this.scan(text);
    this.fields[this.fields.slip.value ? "device" : "slip"].focus();
  }

  // scan puts a code where it belongs. The second of two of one kind takes the place of the first.
  scan(read) {
    const code = canonical(read);
    const slip = code.length === 8 && code.startsWith("C");
    const field = this.fields[slip ? "slip" : "device"];
    const twice = field.value !== "" && canonical(field.value) !== code;
    field.value = read.trim();
    if (this.fields.slip.value && this.fields.device.value) this.pair();
    else this.say(twice ? "bad" : "again", twice ? this.words.twice : this.words[slip ? "slip" : "device"]);
  }

  async pair() {
    const record = {
      id: identifier(), kind: "handover", state: "waiting", at: Date.now(), account: this.root.dataset.account,
      slip: this.fields.slip.value, device: this.fields.device.value,
      wrong: [...this.form.querySelectorAll("input[name=wrong]:checked")].map((box) => box.value),
      note: this.fields.note.value,
    };
    const [photo] = this.fields.photo.files;
    this.form.reset();
    this.fields.slip.value = "";
    this.fields.device.value = "";
    this.fields.slip.focus();
    if (photo) record.photo = await encoded(photo);
    this.records.set(record.id, record);
    this.mark(record, this.words.queued);
    if (this.queue) await this.keep(record);
    else record.early = true;
    this.show();
    this.send();
  }

  async keep(record) {
    delete record.early;
    try {
      await this.queue.put(record);
    } catch {
      this.queue.kept = false; // the device is full: the pair waits as long as the page is open
    }
  }

  waiting() {
    return [...this.records.values()].filter((record) => record.state === "waiting").sort((a, b) => a.at - b.at);
  }

  async send() {
    if (!this.queue || this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    try {
      for (let batch = this.waiting().slice(0, most); batch.length > 0; batch = this.waiting().slice(0, most)) await this.post(batch);
      this.attempts = 0;
      this.show();
    } catch (error) {
      this.show(error.problem);
      if (!error.problem) this.timer = setTimeout(() => this.send(), Math.min(2 ** this.attempts++, longest) * 1000);
    } finally {
      this.sending = false;
    }
  }

  async post(batch) {
    const pairs = batch.map(({ id, slip, device, wrong, note, photo }) => ({ id, slip, device, wrong, note, ...(photo ? { photo } : {}) }));
    const answer = await fetch(this.root.dataset.handover, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ pairs }) });
    if (answer.status === 401) throw Object.assign(new Error("expired"), { problem: this.words.expired });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    for (const result of (await answer.json()).results) await this.learn(result);
  }

  // learn keeps what the server made of a pair: one that is refused stays on the page until it is settled.
  async learn(result) {
    const record = this.records.get(result.id);
    if (!record) return;
    if (result.status === 200) {
      this.records.delete(record.id);
      await this.queue.remove(record.id).catch(() => {});
      this.mark(record, result.code);
      this.say(result.again ? "again" : "good", `${this.words[result.again ? "again" : "done"]} ${result.code} ${result.name ?? ""}`);
      return;
    }
    record.state = "refused";
    record.message = result.message;
    delete record.photo;
    await this.keep(record);
    this.mark(record, "");
    this.log(record);
    this.say("bad", result.message);
  }

  mark(record, text) {
    for (const row of document.querySelectorAll("[data-slip]")) {
      if (canonical(row.dataset.slip) === canonical(record.slip)) row.querySelector("[data-outcome]").textContent = text;
    }
  }

  log(record) {
    const list = this.part("log");
    const line = document.createElement("li");
    line.textContent = `${record.slip} + ${record.device} : ${record.message} `;
    const settled = document.createElement("button");
    settled.type = "button";
    settled.className = "app-link-button";
    settled.textContent = this.words.settled;
    settled.addEventListener("click", () => {
      this.records.delete(record.id);
      this.queue?.remove(record.id);
      line.remove();
      list.hidden = !list.children.length;
    });
    line.append(settled);
    list.append(line);
    list.hidden = false;
  }

  show(problem = "") {
    const n = this.waiting().length;
    const line = this.part("queue");
    line.textContent = [n ? `${n} ${this.words.queued}.` : "", problem || (n && !navigator.onLine ? this.words.offline : "")].join(" ").trim();
    line.hidden = !line.textContent;
  }

  say(kind, text, silent) {
    const line = this.part("signal");
    if (silent) line.textContent = text;
    else signal(line, kind, text);
  }
}

function encoded(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1]);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
