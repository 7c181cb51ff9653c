// Keeps the site on the visitor's machine: a second visit needs no network. What is named by its contents is taken from
// there for ever, all else from the network while there is one. Of the documentation it keeps what was read.
const KEPT = "$VERSION";
const FILES = $FILES;
const OWN = `landscape ${self.registration.scope} `;
const HERE = new URL("./", self.location.href);
const READ = new URL("$READ", HERE).href;
const NAMED_BY_CONTENTS = /-[0-9a-f]{12}\.[\w.]+$/;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(OWN + KEPT);
    await Promise.all(FILES.map(async (file) => {
      const url = new URL(file, HERE).href, lasting = NAMED_BY_CONTENTS.test(url);
      const before = lasting ? await caches.match(url) : undefined;
      if (before) await cache.put(url, before);
      else await cache.add(new Request(url, { cache: lasting ? "default" : "no-cache" }));
    }));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith(OWN) && name !== OWN + KEPT) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || !url.href.startsWith(HERE.href)) return;
  // A page is the same whatever its address asks it to show.
  const file = url.origin + url.pathname.replace(/\/$/, "/index.html");
  event.respondWith((async () => {
    if (NAMED_BY_CONTENTS.test(url.pathname)) return (await caches.match(file)) ?? fetch(request);
    try {
      // Asked anew, whatever the browser still holds of an older version.
      const answer = await fetch(request.url, { cache: "no-cache", redirect: request.redirect });
      if (answer.ok && file.startsWith(READ)) {
        const copy = answer.clone();
        event.waitUntil(caches.open(OWN + KEPT).then((cache) => cache.put(file, copy)));
      }
      return answer;
    } catch (unreachable) {
      const kept = await caches.match(file);
      if (kept) return kept;
      throw unreachable;
    }
  })());
});
