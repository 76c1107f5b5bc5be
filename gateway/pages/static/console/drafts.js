// What is typed and not sent yet, kept on the phone through a reload, a lost net and a locked screen.
//
// It is about a citizen and lies on a private phone: so it is sealed (AES-CTR) with a key that the server gives to
// the signed-in page, and that is kept nowhere else. Without the sign-in nobody reads it; signing out deletes it.
//
// Browsers encrypt in their own time, and a page that is closed has none left. So the key's stream is made ahead,
// and a letter is sealed and on its way in the very moment it is typed. No part of a stream is used twice.
(() => {
  "use strict";
  const duty = (window.duty ??= {});
  const NAME = "drafts";
  const STREAM_BYTES = 1 << 18;
  const secret = document.getElementById("duty").dataset.draftsKey;
  const late = new Map();
  let opened = null;
  let database = null;
  let streams = [];

  function bytes(text) {
    const padded = text.replaceAll("-", "+").replaceAll("_", "/");
    return Uint8Array.from(atob(padded), (char) => char.charCodeAt(0));
  }

  function done(request) {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  const rows = (mode) => database.transaction(NAME, mode).objectStore(NAME);
  // Told to commit at once: what only waits to hear that it went well is thrown away with a page that is closed.
  function change(act) {
    const transaction = database.transaction(NAME, "readwrite", { durability: "relaxed" });
    act(transaction.objectStore(NAME));
    transaction.commit?.();
  }

  const mixed = (content, stream, from) => content.map((byte, place) => byte ^ stream[from + place]);

  async function streamOf(counter, length) {
    const key = await crypto.subtle.importKey("raw", bytes(secret), "AES-CTR", false, ["encrypt"]);
    return new Uint8Array(
      await crypto.subtle.encrypt({ name: "AES-CTR", counter, length: 64 }, key, new Uint8Array(length)),
    );
  }

  async function makeAhead() {
    const counter = crypto.getRandomValues(new Uint8Array(16));
    streams.push({ counter, stream: await streamOf(counter, STREAM_BYTES), used: 0 });
    for (const [contact, draft] of late) {
      late.delete(contact);
      write(contact, draft);
    }
  }

  function open() {
    opened ??= (async () => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(NAME);
      database = await done(asked);
      await makeAhead();
    })();
    return opened;
  }

  function write(contact, draft) {
    if (database && !draft.text && draft.queue.length === 0) {
      change((rows) => rows.delete(contact));
      return;
    }
    const content = new TextEncoder().encode(JSON.stringify(draft));
    const from = streams.find((each) => each.used + content.length <= STREAM_BYTES);
    if (!database || !from) {
      late.set(contact, draft);
      open().then(makeAhead, () => {});
      return;
    }
    const sealed = mixed(content, from.stream, from.used);
    change((rows) => rows.put({ counter: from.counter, offset: from.used, sealed }, contact));
    from.used += content.length;
    if (streams.length === 1 && from.used > STREAM_BYTES / 2) makeAhead().catch(() => {});
    streams = streams.filter((each) => each.used < STREAM_BYTES);
  }

  duty.drafts = {
    // {text, queue: [{id, text}]}; empty where nothing is kept, or it was sealed for another worker.
    async read(contact) {
      try {
        await open();
        const row = await done(rows("readonly").get(contact));
        const stream = await streamOf(row.counter, row.offset + row.sealed.length);
        return JSON.parse(new TextDecoder().decode(mixed(row.sealed, stream, row.offset)));
      } catch {
        return { text: "", queue: [] };
      }
    },
    write(contact, draft) {
      try {
        write(contact, draft);
      } catch {
        // A browser that keeps nothing: what is typed stands on the page all the same.
      }
    },
    // Of contacts that are not theirs any more nothing stays.
    async keepOnly(contacts) {
      try {
        await open();
        const kept = await done(rows("readonly").getAllKeys());
        for (const contact of kept) if (!contacts.includes(contact)) rows("readwrite").delete(contact);
      } catch {
        // Nothing is kept, so nothing has to go.
      }
    },
  };
  open().catch(() => {});
})();
