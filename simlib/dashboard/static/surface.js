// A piece of the page: HTML that Python wrote. It tells Python what was clicked or chosen by key, and saves files that Python sends.
const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function nearest(tile, tiles, [dx, dy]) {
  const from = tile.getBoundingClientRect();
  let best = null, least = Infinity;
  for (const other of tiles) {
    const to = other.getBoundingClientRect();
    const x = to.left - from.left, y = to.top - from.top;
    const along = x * dx + y * dy, across = Math.abs(x * dy) + Math.abs(y * dx);
    if (along <= 1) continue;
    const far = along + 4 * across;
    if (far < least) [best, least] = [other, far];
  }
  return best;
}

function save(name, kind, bytes) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: kind }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// Sliders say what they move, and where they stand as people read it.
function name(root) {
  for (const lever of root.querySelectorAll(".simlib-lever")) {
    const handle = lever.querySelector("[role=slider]"), label = lever.querySelector(".widget-label"), readout = lever.querySelector(".widget-readout");
    if (!handle || !label) continue;
    const [said, note] = label.textContent.split("\n");
    if (note) {
      const small = document.createElement("small");
      small.textContent = note;
      label.replaceChildren(said, small);
    }
    readout?.setAttribute("aria-label", label.innerText.trim());
    const texts = { "aria-label": label.innerText.trim(), "aria-valuetext": (readout?.innerText ?? "").trim() };
    for (const [key, text] of Object.entries(texts)) if (text && handle.getAttribute(key) !== text) handle.setAttribute(key, text);
  }
}

function naming(page) {
  let waits = false;
  const soon = () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      const root = page.closest(".simlib-page");
      if (root) name(root);
    });
  };
  const watch = new MutationObserver(soon);
  watch.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["aria-valuetext"] });
  soon();
  return () => watch.disconnect();
}

function render({ model, el }) {
  const page = document.createElement("div");
  page.className = "simlib-surface";
  el.append(page);

  const focused = () => page.contains(document.activeElement) && document.activeElement.dataset.key;
  const draw = () => {
    const key = focused();
    page.innerHTML = model.get("html");
    page.lang = model.get("lang");
    if (key) page.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
    const target = model.get("focus") && page.querySelector(model.get("focus"));
    if (target) {
      target.focus({ preventScroll: true });
      page.scrollIntoView({ block: "start" });
    }
  };
  const fade = () => {
    page.classList.toggle("simlib-stale", model.get("stale"));
    page.setAttribute("aria-busy", String(model.get("stale")));
  };
  const tell = (target) => model.send({ act: target.dataset.act, value: target.dataset.value ?? "" });

  const click = (event) => {
    const target = event.target.closest("[data-act]");
    if (!target || !page.contains(target)) return;
    if (target.dataset.act === "copy") {
      navigator.clipboard?.writeText(page.querySelector(target.dataset.value).innerText);
    } else tell(target);
  };
  const choose = async (event) => {
    const target = event.target.closest("input[type=file][data-act]");
    if (!target || !target.files.length) return;
    const files = [...target.files];
    const contents = await Promise.all(files.map((file) => file.arrayBuffer()));
    model.send({ act: target.dataset.act, names: files.map((file) => file.name) }, undefined, contents.map((one) => new DataView(one)));
    target.value = "";
  };
  const key = (event) => {
    if (event.key === "Escape") {
      const close = page.querySelector("[data-escape]");
      if (close) { event.preventDefault(); tell(close); }
      return;
    }
    const tile = event.target.closest("[data-tile]");
    if (tile && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      tell(tile);
    }
    if (!tile || !STEP[event.key]) return;
    event.preventDefault();
    const next = nearest(tile, page.querySelectorAll("[data-tile]"), STEP[event.key]);
    if (!next) return;
    tile.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  };
  page.addEventListener("click", click);
  page.addEventListener("change", choose);
  page.addEventListener("keydown", key);

  model.on("change:html change:lang", draw);
  model.on("change:stale", fade);
  model.on("msg:custom", (message, buffers) => {
    if (message.save) save(message.save, message.kind, buffers[0]);
  });
  draw();
  fade();
  if (model.get("naming")) return naming(page);
}

export default { render };
