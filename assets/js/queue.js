// Keeps the scans of a reception on the device until the server has them: in IndexedDB, else in the local storage,
// else as long as the page is open (kept is then false, and the page says so).
const database = "preau";
const store = "scans";

export async function openQueue() {
  try {
    return overIndexedDB(await connect());
  } catch {
    try {
      return overLocalStorage();
    } catch {
      return overMemory();
    }
  }
}

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function connect() {
  const request = indexedDB.open(database, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath: "id" });
  return answer(request);
}

function overIndexedDB(db) {
  // Strict: a phone whose battery ends must not take the last scans with it.
  const inside = (mode) => db.transaction(store, mode, { durability: "strict" });
  return {
    kept: true,
    all: () => answer(inside("readonly").objectStore(store).getAll()),
    put: (record) => done(inside("readwrite"), (scans) => scans.put(record)),
    remove: (id) => done(inside("readwrite"), (scans) => scans.delete(id)),
  };
}

function done(transaction, change) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
    change(transaction.objectStore(store));
  });
}

function overLocalStorage() {
  const prefix = `${database}.${store}.`;
  const names = () => Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  localStorage.setItem(`${prefix}trial`, "{}");
  localStorage.removeItem(`${prefix}trial`);
  return {
    kept: true,
    all: async () => names().map((name) => JSON.parse(localStorage.getItem(name))),
    put: async (record) => localStorage.setItem(prefix + record.id, JSON.stringify(record)),
    remove: async (id) => localStorage.removeItem(prefix + id),
  };
}

function overMemory() {
  const records = new Map();
  return {
    kept: false,
    all: async () => [...records.values()],
    put: async (record) => void records.set(record.id, record),
    remove: async (id) => void records.delete(id),
  };
}
