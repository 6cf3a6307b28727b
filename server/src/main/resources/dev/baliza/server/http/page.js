// The live table: polls the books, computes rates from differences, and puts text into cells; wire text is never markup.
const MAX_ROWS = 500;
const MAX_DEVICES = 5000; // what is fetched; beyond it sorting would be a guess
const POLL_MILLIS = 1000;
const TIMEOUT_MILLIS = 8000;

const count = new Intl.NumberFormat("en");
const COLUMNS = [
  { key: "label", title: "Device", text: true },
  { key: "transport", title: "Transport", text: true },
  { key: "epoch", title: "Epoch", plain: true },
  { key: "readings", title: "Readings" },
  { key: "rate", title: "Readings/s", show: (v) => (v < 0 ? "–" : rate(v)) },
  { key: "accepted", title: "Accepted" },
  { key: "lost", title: "Lost", alarm: true },
  { key: "missing", title: "Missing", alarm: true },
  { key: "outstanding", title: "Outstanding" },
  { key: "duplicates", title: "Duplicates" },
  { key: "age", title: "Last frame", show: age, old: 60 },
];
const $ = (id) => document.getElementById(id);
const rows = new Map(); // id -> {tr, cells}
let devices = [];
let total = 0;
let earlier = { at: 0, all: 0, byId: new Map() };
let sort = { key: "label", down: false };
let lastGood = 0;

function rate(v) {
  return v >= 100 ? count.format(Math.round(v)) : v.toFixed(1);
}

function age(seconds) {
  if (seconds < 10) return seconds.toFixed(1) + " s";
  if (seconds < 120) return Math.round(seconds) + " s";
  if (seconds < 7200) return Math.round(seconds / 60) + " min";
  if (seconds < 172800) return Math.round(seconds / 3600) + " h";
  return Math.round(seconds / 86400) + " d";
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

async function getJson(path, signal) {
  const response = await fetch(path, { signal, cache: "no-store" });
  if (!response.ok) throw new Error("the server answers " + response.status);
  return response.json();
}

async function fetchDevices(signal) {
  const all = [];
  let after = null;
  do {
    const page = await getJson("/api/v1/devices?limit=1000" + (after ? "&after=" + after : ""), signal);
    all.push(...page.devices);
    after = page.next;
  } while (after && all.length < MAX_DEVICES);
  return { all, more: after !== null };
}

function take(ledger, list) {
  const at = performance.now();
  const seconds = (at - earlier.at) / 1000;
  const byId = new Map();
  devices = list.all.map((d) => {
    const before = earlier.byId.get(d.id);
    byId.set(d.id, d.readings);
    return {
      id: d.id,
      label: d.label,
      transport: d.transport,
      peer: d.peer,
      epoch: d.currentEpoch,
      readings: d.readings,
      rate: before === undefined || d.readings < before ? -1 : (d.readings - before) / seconds,
      accepted: d.ledger.accepted,
      lost: d.ledger.lost,
      missing: d.ledger.missing,
      outstanding: d.ledger.outstanding,
      duplicates: d.frames.duplicate,
      age: Math.max(0, (ledger.nowMicros - d.lastSeenMicros) / 1e6),
    };
  });
  total = ledger.gauges.devices ?? devices.length;
  const all = Object.values(ledger.readings).reduce((a, b) => a + b, 0);
  const frames = Object.values(ledger.frames).flatMap(Object.values).reduce((a, b) => a + b, 0);
  const gone = ledger.ledger.lost + ledger.ledger.missing;
  setText($("version"), ledger.version);
  $("insecure").hidden = !ledger.insecure;
  setText($("t-devices"), count.format(total) + (list.more && total <= devices.length ? "+" : ""));
  setText($("t-rate"), earlier.at && all >= earlier.all ? rate((all - earlier.all) / seconds) : "–");
  setText($("t-frames"), count.format(frames));
  setText($("t-lost"), count.format(gone));
  setText($("t-books"), ledger.imbalance === 0 ? "books balance" : "off by " + count.format(ledger.imbalance));
  $("books-tile").className = ledger.imbalance === 0 ? "ok" : "alarm";
  earlier = { at, all, byId };
}

function compare(a, b) {
  const x = a[sort.key];
  const y = b[sort.key];
  const order = typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y;
  return (sort.down ? -order : order) || (a.id < b.id ? -1 : 1);
}

function newRow() {
  const tr = document.createElement("tr");
  const cells = COLUMNS.map((column, i) => {
    const cell = document.createElement(i === 0 ? "th" : "td");
    if (i === 0) cell.scope = "row";
    tr.append(cell);
    return cell;
  });
  return { tr, cells };
}

function fill(row, device) {
  COLUMNS.forEach((column, i) => {
    const value = device[column.key];
    const cell = row.cells[i];
    const text = column.show ? column.show(value) : column.text || column.plain ? String(value) : count.format(value);
    const style = column.text ? "left"
      : column.alarm && value > 0 ? "hot"
      : column.old && value > column.old ? "old"
      : value === 0 ? "zero" : "";
    setText(cell, text);
    if (cell.className !== style) cell.className = style;
  });
  const title = device.label + " (" + device.id + ") from " + device.peer;
  if (row.cells[0].title !== title) row.cells[0].title = title;
}

function draw() {
  const wanted = $("filter").value.trim().toLowerCase();
  const found = devices
    .filter((d) => !wanted || [d.label, d.id, d.transport, d.peer].some((t) => t.toLowerCase().includes(wanted)))
    .sort(compare);
  const shown = found.slice(0, MAX_ROWS);
  const keep = new Set(shown.map((d) => d.id));
  for (const [id, row] of rows) {
    if (!keep.has(id)) {
      row.tr.remove();
      rows.delete(id);
    }
  }
  const body = $("rows");
  shown.forEach((device, i) => {
    let row = rows.get(device.id);
    if (!row) rows.set(device.id, (row = newRow()));
    fill(row, device);
    if (body.children[i] !== row.tr) body.insertBefore(row.tr, body.children[i] ?? null);
  });
  let line = found.length === devices.length ? devices.length + " devices" : found.length + " of " + devices.length + " devices match";
  if (found.length > MAX_ROWS) line += "; showing the first " + MAX_ROWS;
  if (total > devices.length) line += "; " + count.format(total) + " in all, only the first " + count.format(devices.length) + " are loaded";
  setText($("shown"), line);
  $("empty").hidden = devices.length > 0 || lastGood === 0;
}

function drawHeads() {
  $("heads").replaceChildren(...COLUMNS.map((column) => {
    const th = document.createElement("th");
    const button = document.createElement("button");
    th.scope = "col";
    if (column.text) th.className = "left";
    button.type = "button";
    button.textContent = column.title;
    button.addEventListener("click", () => {
      sort = { key: column.key, down: sort.key === column.key ? !sort.down : !column.text };
      markSort();
      draw();
    });
    th.append(button);
    return th;
  }));
  markSort();
}

function markSort() {
  COLUMNS.forEach((column, i) => {
    const th = $("heads").children[i];
    if (column.key === sort.key) th.setAttribute("aria-sort", sort.down ? "descending" : "ascending");
    else th.removeAttribute("aria-sort");
  });
}

function offline(error) {
  const since = lastGood ? " The numbers are " + age((performance.now() - lastGood) / 1000) + " old." : "";
  const why = error.name === "AbortError" ? "no answer in " + TIMEOUT_MILLIS / 1000 + " s" : error.message;
  setText($("offline"), "The server cannot be reached (" + why + ")." + since + " Trying again every second.");
  $("offline").hidden = false;
  document.body.classList.add("stale");
}

async function poll() {
  const began = performance.now();
  if (!document.hidden) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MILLIS);
    try {
      const [ledger, list] = await Promise.all([getJson("/api/v1/ledger", abort.signal), fetchDevices(abort.signal)]);
      take(ledger, list);
      lastGood = performance.now();
      $("offline").hidden = true;
      document.body.classList.remove("stale");
      draw();
    } catch (error) {
      abort.abort();
      offline(error);
    } finally {
      clearTimeout(timer);
    }
  }
  // A big fleet takes long to fetch: leave the server at least as much time as it worked.
  const took = performance.now() - began;
  setTimeout(poll, Math.max(POLL_MILLIS - took, took, 50));
}

$("filter").addEventListener("input", draw);
drawHeads();
poll();
