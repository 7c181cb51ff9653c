// Fetches all modules as one packed file, names each as they call each other, and opens the page.
//
// One file, because over a slow line with long ways every further wave of requests costs what the code itself does: with
// six connections and 150 ms a hundred modules need 2.5 s for their requests alone, and compress a third worse one by one.
// It is packed here, and plotly.js too, because not every host compresses what it sends: theirs is unpacked on the way.
(async () => {
  const { modules, plotly, words, keeps, open, lacking } = JSON.parse(document.getElementById("files").textContent);
  const place = (file) => new URL(file, document.baseURI).href;
  const unpacked = async (file) => {
    const answer = await fetch(place(file));
    if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
    const sent = await answer.blob(), [first, second] = new Uint8Array(await sent.slice(0, 2).arrayBuffer());
    if (first !== 0x1f || second !== 0x8b) return new Response(sent);
    return new Response(sent.stream().pipeThrough(new DecompressionStream("gzip")));
  };
  const asScript = (code) => URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const find = (id) => document.getElementById(id);
  try {
    const imports = {};
    for (const [name, code] of Object.entries(await (await unpacked(modules)).json())) imports[name] = asScript(code);
    const drawing = unpacked(plotly).then((answer) => answer.blob()).then(asScript);
    drawing.catch(() => {}); // the stage waits for it, and says so
    const map = document.createElement("script");
    map.type = "importmap";
    map.textContent = JSON.stringify({ imports });
    document.head.append(map);
    const page = await import(open);
    if (document.readyState === "loading") await new Promise((ready) => document.addEventListener("DOMContentLoaded", ready));
    const sheet = document.querySelector("link[rel=stylesheet]");
    if (!sheet.sheet) await new Promise((come) => (sheet.onload = sheet.onerror = come)); // plots stand where it says
    const places = Object.fromEntries([...document.querySelectorAll("[data-place]")].map((node) => [node.dataset.place, node]));
    const presets = find("presets-data") ? JSON.parse(find("presets-data").textContent) : [];
    const tabs = [...document.querySelectorAll("[data-picture]")];
    await page.open({ places, main: places.main, urls: { plotly: drawing, words: place(words) }, presets, tabs });
  } catch (failed) {
    const said = document.createElement("p");
    said.textContent = lacking;
    document.querySelector("[data-place=main]")?.append(said);
    console.error(failed);
  }
  // What is kept for the next visit is fetched last.
  if (keeps && "serviceWorker" in navigator) navigator.serviceWorker.register(keeps, { updateViaCache: "none" }).catch(() => {});
})();
