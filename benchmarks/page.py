"""From the last key to results on the screen, in a real Chromium: `python -m benchmarks.page --index var/index`.

Guards the promises of the page: 95 of 100 searches are on the screen within 250 ms of the last key, of which 100 ms are
the pause; the page with results transfers less than 60 KB without htmx; nothing jumps when results arrive. htmx comes
from `make assets`, so that no network is measured.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, Response, sync_playwright

from benchmarks.percentiles import percentile
from kiosque.corpus.french import typeset

QUERIES = (
    "ukraine", "gilets jaunes", "coronavirus", "aide militaire", "emmanuel macron", "climat", "coupe du monde",
    "grève sncf", "élection présidentielle", "tour de france", "brexit", "notre dame", "sécurité sociale", "vaccin",
    "elysee", "football", "incendie", "conseil constitutionnel", "réforme des retraites", "paris",
)  # fmt: skip
KEY_MILLISECONDS = 60
"""Between two keys: a quick typist."""

WATCH = """() => {
  window.shifted = 0;
  const add = (list) => { for (const entry of list.getEntries()) window.shifted += entry.value; };
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
  document.addEventListener("keydown", () => { window.pressed = performance.now(); window.shown = null; }, true);
  document.addEventListener("htmx:afterSettle", () => requestAnimationFrame(() => requestAnimationFrame(() => {
    window.shown = performance.now();
  })));
}"""


@contextmanager
def server(index: str) -> Iterator[str]:
    """The address of Kiosque's own server over an index."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-m", "web", "--index", index, "--port", port]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().removeprefix(typeset("Kiosque : ")).strip()
        finally:
            process.terminate()


def typed(page: Page, query: str) -> float:
    """Milliseconds from the last key of a query to its results on the screen."""
    page.goto("/")
    page.evaluate(WATCH)
    page.locator("#q").press_sequentially(query, delay=KEY_MILLISECONDS)
    page.wait_for_function("() => window.shown && document.querySelector('#status').textContent.includes('ms')")
    return float(page.evaluate("window.shown - window.pressed"))


def transferred(page: Page) -> dict[str, int]:
    """Bytes of the page of results and of each file that it loads, without those of htmx."""
    sizes: dict[str, int] = {}

    def note(response: Response) -> None:
        sizes[response.url.partition("?")[0].rpartition("/")[2]] = len(response.body())

    page.on("response", note)
    page.goto("/search?q=paris", wait_until="networkidle")
    page.remove_listener("response", note)
    return {name: size for name, size in sizes.items() if "htmx" not in name}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure the page in Chromium.")
    parser.add_argument("--index", default="var/index", help="the folder of the index (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="times that each query is typed (%(default)s)")
    options = parser.parse_args(argv)
    htmx = next(Path("var/assets").glob("htmx-*/htmx.min.js"))
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    with server(options.index) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        cors = {"access-control-allow-origin": "*", "content-type": "text/javascript"}
        context.route("https://cdn.jsdelivr.net/**", lambda route: route.fulfill(path=htmx, headers=cors))
        page = context.new_page()
        typed(page, QUERIES[0])  # the first search loads what the others find loaded
        times, shifts = [], []
        for query in QUERIES * options.rounds:
            times.append(typed(page, query))
            shifts.append(float(page.evaluate("window.shifted")))
        sizes = transferred(context.browser.new_context(base_url=address).new_page())  # type: ignore[union-attr]
        browser.close()
    print(f"last key to results on the screen, {len(times)} searches: ", end="")
    print(", ".join(f"p{p} {percentile(times, p):.0f} ms" for p in (50, 95, 99)), "(100 ms of them the pause)")
    print(f"layout shift, the worst search: {max(shifts):.4f}")
    print(f"transferred without htmx: {sum(sizes.values()) / 1000:.1f} KB {sizes}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
