// Puts conversations on a chat server, the house's own or the peer, and measures them.
// Standard input, a line of JSON each: first {url, pairs: [{citizen, staff}]} (tokens), then any number of
// {rate, seconds}; standard output, a line each: {connected}, then what was measured. Ends with its input.
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const AT_ONCE = 40; // connections that are being opened
const GRACE_MS = 5000;
const WORDS = "Jeg kan ikke sove, og jeg ved ikke, hvem jeg ellers skal skrive til.";
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

let due = []; // when each message was due, by its number
let arrivals = [];
let acknowledged = 0;
let refused = 0;

function opened(url, namespace, options, heard = {}) {
  return new Promise((resolve, reject) => {
    const socket = io(url + namespace,
      { transports: ["websocket"], forceNew: true, reconnection: false, timeout: 60000, ...options });
    for (const [event, listener] of Object.entries(heard)) socket.on(event, listener);
    socket.once("connect", () => resolve(socket));
    socket.once("connect_error", reject);
    socket.on("disconnect", () => { refused += 1; });
  });
}

async function pair(url, { citizen: token, staff }) {
  let hasJoined;
  const joined = new Promise((resolve) => { hasJoined = resolve; });
  await opened(url, "/staff", { auth: { token: staff } }, {
    state: hasJoined,
    message: ({ text }) => {
      const number = parseInt(text, 10);
      if (number in due) arrivals.push(performance.now() - due[number]);
    },
  });
  const citizen = await opened(url, "/citizen");
  const answer = await citizen.timeout(60000).emitWithAck("rejoin", { token, after: 0 });
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  await joined;
  return citizen;
}

async function connect({ url, pairs }) {
  const citizens = [];
  let next = 0;
  const one = async () => {
    while (next < pairs.length) citizens.push(await pair(url, pairs[next++]));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return citizens;
}

function at(sorted, share) {
  return sorted.length ? sorted[Math.floor(share * (sorted.length - 1))] : null;
}

async function phase(citizens, { rate, seconds }) {
  due = [];
  arrivals = [];
  acknowledged = refused = 0;
  const total = Math.round(rate * seconds);
  const began = performance.now();
  let worstLag = 0;
  await new Promise((resolve) => {
    const turn = () => {
      const now = performance.now();
      while (due.length < total && began + (due.length * 1000) / rate <= now) {
        const number = due.length;
        due.push(began + (number * 1000) / rate);
        worstLag = Math.max(worstLag, now - due[number]);
        citizens[number % citizens.length].emit("message", { id: randomUUID(), text: `${number} ${WORDS}` },
          (answer) => { if (answer.ok) acknowledged += 1; else refused += 1; });
      }
      if (due.length === total) resolve(); else setTimeout(turn, 1);
    };
    turn();
  });
  const until = performance.now() + GRACE_MS;
  while (performance.now() < until && (arrivals.length < total || acknowledged + refused < total)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const sorted = arrivals.slice().sort((a, b) => a - b);
  return { sent: total, acknowledged, refused, arrived: sorted.length, p50: at(sorted, 0.5),
    p99: at(sorted, 0.99), most: at(sorted, 1), clientLag: worstLag };
}

const say = (what) => console.log(JSON.stringify(what));
const { value: first } = await lines.next();
const citizens = await connect(JSON.parse(first));
say({ connected: citizens.length });
for await (const line of lines) say(await phase(citizens, JSON.parse(line)));
process.exit(0);
