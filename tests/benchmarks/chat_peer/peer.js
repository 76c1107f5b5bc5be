// A Socket.IO server as one would write it: each message is inserted, durably, before it is acknowledged and
// sent to both ends. It speaks as much of the chat's protocol as the load needs: `rejoin`, `message`, pushes.
// node peer.js PORT DATABASE
import { createServer } from "node:http";
import Database from "better-sqlite3";
import { Server } from "socket.io";

const [port, path] = process.argv.slice(2);
const database = new Database(path);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec(`CREATE TABLE messages (
  conversation TEXT NOT NULL, seq INTEGER NOT NULL, client_id TEXT NOT NULL, sender TEXT NOT NULL,
  body TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (conversation, seq), UNIQUE (conversation, client_id)) WITHOUT ROWID`);
const known = database.prepare("SELECT seq, at FROM messages WHERE conversation = ? AND client_id = ?");
const insert = database.prepare("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)");

const http = createServer((_request, response) => response.end("ready"));
const io = new Server(http, { transports: ["websocket"] });
const lastSeq = new Map();

function write(conversation, sender, { id, text }) {
  const before = known.get(conversation, id);
  if (before) return { ...before, isNew: false };
  const seq = (lastSeq.get(conversation) ?? 0) + 1;
  const at = new Date().toISOString();
  insert.run(conversation, seq, id, sender, text, at);
  lastSeq.set(conversation, seq);
  return { seq, at, isNew: true };
}

function said(conversation, sender, message, acknowledge) {
  const { seq, at, isNew } = write(conversation, sender, message);
  acknowledge({ ok: true, seq, at });
  if (!isNew) return;
  const push = { seq, from: sender, text: message.text, at };
  io.of("/citizen").to(conversation).emit("message", push);
  io.of("/staff").to(conversation).emit("message", { contact: conversation, ...push });
}

io.of("/citizen").on("connection", (socket) => {
  socket.on("rejoin", ({ token }, acknowledge) => {
    socket.data.conversation = token;
    socket.join(token);
    acknowledge({ ok: true, ticket: "000000", state: "answered", messages: [] });
  });
  socket.on("message", (message, acknowledge) =>
    said(socket.data.conversation, "citizen", message, acknowledge));
});
io.of("/staff").on("connection", (socket) => {
  const conversation = socket.handshake.auth.token;
  socket.join(conversation);
  socket.emit("state", { contact: conversation, state: "answered" });
  socket.on("message", (message, acknowledge) => said(conversation, "worker", message, acknowledge));
});
http.listen(Number(port), "127.0.0.1");
