// Fetches all modules as one file, names each as they call each other, and opens the page.
//
// One file, because over a slow line with long ways every further wave of requests costs what the code itself does: with
// six connections and 150 ms a hundred modules need 2.5 s for their requests alone, and compress a third worse one by one.
(async () => {
  const { modules, plotly, words, open, lacking } = JSON.parse(document.getElementById("files").textContent);
  const place = (file) => new URL(file, document.baseURI).href;
  const find = (id) => document.getElementById(id);
  try {
    const answer = await fetch(place(modules));
    if (!answer.ok) throw new Error(`${modules}: ${answer.status}`);
    const imports = {};
    for (const [name, code] of Object.entries(await answer.json())) {
      imports[name] = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    }
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
    await page.open({ places, main: places.main, urls: { plotly: place(plotly), words: place(words) }, presets, tabs });
  } catch (failed) {
    const said = document.createElement("p");
    said.textContent = lacking;
    document.querySelector("[data-place=main]")?.append(said);
    console.error(failed);
  }
  // What is kept for the next visit is fetched last.
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("sw.js", { updateViaCache: "none" }).catch(() => {});
})();
