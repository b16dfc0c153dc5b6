// The page of a reception: each scan is kept on the device first, shown at once, and sent when there is a network.
// A scan bears a name of its own, so that the server counts it once however often it is sent.
import { keepPage } from "./keep.js";
import { openQueue } from "./queue.js";
import { canonical, identifier, signal, startCamera } from "./scan.js";

const most = 100; // scans a message
const longest = 60; // seconds between two attempts
const every = 15; // seconds between two looks at what others say
const month = 30 * 24 * 3600 * 1000;

export async function startReception(root) {
  const reception = new Reception(root);
  reception.listen(); // at once: a hand scanner does not wait until the page is ready
  await reception.start(await openQueue());
  keepPage(root.dataset.worker).catch(() => {}); // without it the page works as long as it is open
}

class Reception {
  constructor(root) {
    this.root = root;
    this.words = JSON.parse(root.dataset.words);
    this.form = root.querySelector("form");
    this.rows = new Map();
    this.byCode = new Map();
    this.records = new Map();
    this.attempts = 0;
    for (const row of root.querySelectorAll("[data-item]")) {
      this.rows.set(row.dataset.item, row);
      this.name(row);
    }
  }

  part(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  // name lets a row be found by its label and by its serial number.
  name(row) {
    for (const read of [row.dataset.code, row.dataset.serial]) {
      if (read) this.byCode.set(canonical(read), row);
    }
  }

  async start(queue) {
    for (const record of await queue.all()) {
      if (record.state !== "queued" && Date.now() - record.at > month) {
        await queue.remove(record.id);
        continue;
      }
      if (this.records.has(record.id)) continue;
      this.records.set(record.id, record);
      if (this.mine(record)) this.replay(record);
    }
    this.queue = queue;
    await Promise.all([...this.records.values()].filter((record) => record.early).map((record) => this.keep(record)));
    this.part("queue").hidden = false;
    this.show();
    startCamera({ button: this.part("camera"), video: this.part("video"), words: this.words, take: (read) => this.scan(read), failed: (text) => this.say("bad", text) });
    this.send();
    setInterval(() => {
      if (!document.hidden && navigator.onLine) this.send();
    }, every * 1000);
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.read();
    });
    this.form.addEventListener("change", (event) => this.changed(event.target));
    // Enter takes what was typed at once: as a press of the button it would be one press too many for a scanner
    // that reads twice a second.
    this.form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      event.preventDefault();
      if (event.target.name === "scan") this.read();
      else this.changed(event.target);
    });
    window.addEventListener("online", () => {
      this.attempts = 0;
      this.send();
    });
    window.addEventListener("offline", () => this.show());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.send();
    });
  }

  // read takes what is in the field for codes.
  read() {
    const field = this.form.elements.scan;
    if (field.value.trim()) this.scan(field.value);
    field.value = "";
    field.focus();
  }

  // changed takes what was chosen or typed in the row of an item: that is said on purpose, knowing what stood.
  changed(input) {
    const row = input.closest("[data-item]");
    if (!row) return;
    if (input.name.startsWith("says.")) {
      if (input.value) this.note(row, input.value, { replaces: row.dataset.scan });
      else input.value = row.dataset.says;
    } else if (input.name.startsWith("serial.") && input.value.trim() && input.value !== row.dataset.typed) {
      row.dataset.typed = input.value;
      this.note(row, row.dataset.says || "received", { serial: input.value, replaces: row.dataset.scan });
    }
  }

  // scan takes a reading. What it says against what stands is a contradiction, unless the item was only missing.
  scan(read) {
    const says = this.form.elements.scan_says.value;
    const row = this.byCode.get(canonical(read));
    if (!row) {
      this.add({ code: read.trim(), says });
      this.say("bad", this.text("unknown", { code: read.trim() }));
    } else if (row.dataset.says === says) {
      this.say("again", this.text("again", { name: this.called(row) }));
    } else {
      this.note(row, says, row.dataset.says === "missing" ? { replaces: row.dataset.scan } : {});
    }
  }

  note(row, says, more) {
    const record = this.add({ code: row.dataset.code, item: row.dataset.item, says, ...more });
    if (!row.dataset.says || record.replaces) this.put(row, says, record.id, this.words[says]);
    this.say("good", this.text("taken", { name: this.called(row), says: this.words[says] }));
  }

  called(row) {
    return `${row.querySelector("[data-name]").textContent}, ${row.dataset.code}`;
  }

  text(key, values) {
    return this.words[key].replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  }

  say(kind, text) {
    const waiting = this.queued().length;
    signal(this.part("signal"), kind, waiting > 1 ? `${text} ${this.text("kept", { n: waiting })}` : text);
  }

  // put shows in a row what stands.
  put(row, says, scan, text) {
    row.dataset.says = says;
    row.dataset.scan = scan;
    row.querySelector("[data-stands]").textContent = text;
    row.querySelector("select").value = says;
  }

  add(said) {
    const record = { id: identifier(), delivery: this.root.dataset.reception, url: this.root.dataset.scans, account: this.root.dataset.account, at: Date.now(), state: "queued", ...said };
    this.records.set(record.id, record);
    if (this.queue) this.keep(record).then(() => this.send());
    else record.early = true;
    this.show();
    return record;
  }

  async keep(record) {
    delete record.early;
    try {
      await this.queue.put(record);
    } catch {
      this.queue.kept = false; // the device is full
    }
  }

  replay(record) {
    const row = this.rows.get(record.item);
    if (record.state === "refused") this.log(record);
    else if (row && (!row.dataset.says || record.state === "queued" && record.replaces)) this.put(row, record.says, record.id, this.words[record.says]);
  }

  mine(record) {
    return record.delivery === this.root.dataset.reception && record.account === this.root.dataset.account;
  }

  queued() {
    return [...this.records.values()].filter((record) => record.state === "queued" && record.account === this.root.dataset.account);
  }

  // show counts, and says how things stand with the network.
  show(problem = this.problem) {
    this.problem = problem;
    const count = { queued: 0, sent: 0, refused: 0 };
    let others = false;
    for (const record of this.records.values()) {
      if (this.mine(record)) count[record.state]++;
      else others ||= record.state === "queued" && record.account !== this.root.dataset.account;
    }
    for (const state of Object.keys(count)) this.part(state).textContent = count[state];
    let state = problem || (navigator.onLine ? (count.queued ? "sending" : "online") : "offline");
    if (this.queue && !this.queue.kept && count.queued) state = "unkept";
    else if (state === "online" && others) state = "other";
    const network = this.part("network");
    if (network.dataset.state !== state) {
      network.dataset.state = state;
      network.textContent = this.words[state];
    }
    this.part("login").hidden = state !== "expired";
  }

  log(record) {
    const list = this.part("log");
    const line = document.createElement("li");
    line.textContent = `${record.code} : ${record.message}`;
    list.append(line);
    list.hidden = false;
  }

  // send gives the server what waits, oldest first, also what waits for other deliveries of the same person; with
  // nothing to send it asks how things stand.
  async send() {
    if (!this.queue) return;
    if (this.sending) {
      this.more = true;
      return;
    }
    this.sending = true;
    clearTimeout(this.timer);
    try {
      do {
        this.more = false;
        const waiting = this.queued().sort((a, b) => a.at - b.at);
        const url = waiting[0]?.url ?? this.root.dataset.scans;
        const batch = waiting.filter((record) => record.url === url).slice(0, most);
        await this.post(url, batch);
        if (waiting.length > batch.length) this.more = true;
      } while (this.more);
      this.attempts = 0;
      this.show("");
    } catch (error) {
      this.show(error.problem ?? (error instanceof TypeError ? "offline" : "sending"));
      if (!error.final) this.later();
    } finally {
      this.sending = false;
    }
  }

  later() {
    const seconds = Math.min(2 ** this.attempts++, longest) * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => this.send(), seconds * 1000);
  }

  async post(url, batch) {
    const scans = batch.map(({ id, code, says, serial, note, at, replaces }) => ({ id, code, says, serial, note, at, replaces }));
    const answer = await fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ scans }) });
    if (answer.status === 401) throw Object.assign(new Error("expired"), { problem: "expired", final: true });
    if ([403, 404, 413, 422].includes(answer.status)) throw Object.assign(new Error("refused"), { problem: "failed", final: true });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const told = await answer.json();
    for (const one of told.answers) await this.learn(one);
    if (url === this.root.dataset.scans) this.update(told);
  }

  // learn keeps what the server made of a scan.
  async learn({ id, outcome, message }) {
    const record = this.records.get(id);
    if (!record) return;
    record.outcome = outcome;
    record.message = message;
    record.state = outcome === "counted" || outcome === "again" ? "sent" : "refused";
    if (record.state === "refused" && this.mine(record)) {
      this.log(record);
      signal(this.part("signal"), "bad", message);
    }
    await this.queue.put(record).catch(() => {});
  }

  // update shows how the delivery stands, with what others said of it; what still waits here goes before.
  update(told) {
    const waiting = new Set(this.queued().map((record) => record.item));
    this.part("tally").textContent = told.text;
    for (const item of told.items.flatMap((kit) => [kit, ...(kit.parts ?? [])])) {
      const row = this.rows.get(item.id);
      if (!row || waiting.has(item.id)) continue;
      if (item.serial && item.serial !== row.dataset.serial) {
        row.dataset.serial = item.serial;
        this.name(row);
      }
      this.put(row, item.says ?? "", item.scan ?? "", item.text);
    }
  }
}
