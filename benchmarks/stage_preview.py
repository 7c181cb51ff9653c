"""What the browser can recompute while a point is dragged: fields painted, runs and sentences, per second."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Route, sync_playwright

from landscape.figures.style import LOSS_SCALE

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "landscape" / "web" / "stage" / "js" / "engine"
sys.path.insert(0, str(ROOT / "tests" / "helpers"))
import chromium  # noqa: E402

MEASURE = """async (stops) => {
  const engine = await import("/engine.js");
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 121;
  const context = canvas.getContext("2d"), image = context.createImageData(121, 121);
  const axis = Float64Array.from({ length: 121 }, (_, k) => -4 + k / 15), out = new Float64Array(121 * 121);
  const table = engine.colourTable(stops), rate = {};
  const moved = (k) => ({ x: [-1, 1 + 0.001 * (k % 100)], y: [1, 2], lam: 0, layer: "ones" });
  const best = (name, task, count) => {
    for (let k = 0; k < count / 5; k++) task(k);
    let seconds = Infinity;
    for (let again = 0; again < 5; again++) {
      const start = performance.now();
      for (let k = 0; k < count; k++) task(k);
      seconds = Math.min(seconds, (performance.now() - start) / 1000);
    }
    rate[name] = count / seconds;
  };
  const net = { W: [0, 0], alpha: [1, 1] };
  const field = (k) => engine.lossField(moved(k), net, [0, 1], axis, axis, out);
  const painted = (k) => {
    const { low, high, soft } = engine.lossScale(field(k));
    engine.paint(out, table, low, high, soft, image);
  };
  best("fields 121 × 121 of two neurons", field, 2000);
  best("fields of the convex twin", (k) => engine.twinField(moved(k), axis, axis, out), 2000);
  best("fields, scaled and painted into an ImageData", painted, 1000);
  best("fields, painted and put on a canvas", (k) => { painted(k); context.putImageData(image, 0, 0); }, 1000);
  const starts = Array.from({ length: 10 }, (_, k) => [k - 4.5, 0.7 * k - 3]);
  const run = (k, layer, step, method) => starts.map((w) =>
    engine.descend({ ...moved(k), layer }, w, [1, 1], { schedule: [[0, step]], nSteps: 500, method }));
  best("ten runs × 500 steps, second layer ones", (k) => run(k, "ones", 1e-5), 100);
  best("ten runs × 500 steps, trained", (k) => run(k, "trained", 1e-5), 100);
  best("ten runs × 500 steps, trained, Adam", (k) => run(k, "trained", 1e-5, "adam"), 100);
  const ended = run(0, "ones", 0.02);
  best("ten sentences", (k) => ended.map((end) => engine.verdict(moved(0), end)), 100);
  return rate;
}"""


def serve(route: Route) -> None:
    """Answer with one of the stage's modules, or with an empty page."""
    name = route.request.url.rsplit("/", 1)[1]
    if name:
        route.fulfill(path=MODULES / name, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>engine</title>", content_type="text/html")


def main() -> None:
    """Print how often a second each piece of a drag could be done, in headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.FLAGS))
        page = browser.new_page()
        page.route("http://engine.test/**", serve)
        page.goto("http://engine.test/")
        rates = page.evaluate(MEASURE, LOSS_SCALE)
        browser.close()
    for what, rate in rates.items():
        print(f"  {what:46s} {rate:9,.0f} a second   {1000 / rate:8.3f} ms each")


if __name__ == "__main__":
    main()
