"""A page that lives for hours: its clock runs ahead, its memory and its timers are measured hour by hour."""

from __future__ import annotations

from playwright.sync_api import Page, Request

# Counts the intervals that a page starts and the timeouts it still waits for. To be added after `page.clock.install()`.
PENDANTES = """{
window.minuteries = 0; window.pendantes = new Set();
const toutesLes = window.setInterval, dans = window.setTimeout, oublier = window.clearTimeout;
window.setInterval = (...a) => { window.minuteries += 1; return toutesLes(...a); };
window.setTimeout = (f, ...a) => {
  const n = dans(() => { window.pendantes.delete(n); f(); }, ...a);
  window.pendantes.add(n);
  return n;
};
window.clearTimeout = (n) => { window.pendantes.delete(n); oublier(n); };
}"""
HEURES = 8
PAS = 10  # seconds of the page's clock between two looks


class Endurance:
    """A page whose clock runs far ahead, measured hour by hour after a garbage collection."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("Performance.enable")
        self.releves: list[dict[str, float]] = []
        self.en_vol: set[Request] = set()
        page.on("request", lambda r: None if r.url.endswith("/signal/") else self.en_vol.add(r))
        for fin in ("requestfinished", "requestfailed"):
            page.on(fin, lambda r: self.en_vol.discard(r))

    def avancer(self, secondes: int) -> None:
        """Let so much time pass, in steps; at each, what was asked for arrives before the clock goes on."""
        for _ in range(0, secondes, PAS):
            self.page.clock.run_for(PAS * 1000)
            self.page.wait_for_timeout(10)
            while self.en_vol:
                self.page.wait_for_timeout(5)

    def relever(self) -> None:
        self.cdp.send("HeapProfiler.collectGarbage")
        mesures = {m["name"]: m["value"] for m in self.cdp.send("Performance.getMetrics")["metrics"]}
        releve = {nom: mesures[nom] for nom in ("JSHeapUsedSize", "Nodes", "JSEventListeners", "Documents")}
        vives = self.page.evaluate("[minuteries, pendantes.size]")
        self.releves.append(releve | {"minuteries": vives[0], "pendantes": vives[1]})

    def verifier(self) -> None:
        """Nothing grows with the hours: the least of the last ones is not above the most of the first ones.

        So a step that stays (a document that the browser keeps) is not taken for a leak, and a leak of a few nodes a
        call is.
        """
        premiere = self.releves[0]
        assert self._hausse("JSHeapUsedSize") < 70_000, self.releves
        assert self._hausse("Nodes") < 15, self.releves
        assert self._hausse("JSEventListeners") < 2, self.releves
        assert self._hausse("Documents") <= 0, self.releves
        assert premiere["minuteries"] > 0, "nothing was counted"
        assert {r["minuteries"] for r in self.releves} == {premiere["minuteries"]}, self.releves
        assert max(r["pendantes"] for r in self.releves) <= 4, self.releves

    def _hausse(self, nom: str) -> float:
        moitie = len(self.releves) // 2
        avant, apres = self.releves[:moitie], self.releves[moitie:]
        return min(r[nom] for r in apres) - max(r[nom] for r in avant)
