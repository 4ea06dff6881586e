/* The advisor's desk. Every gesture is a plain form; this only makes it quick, safe and audible.
 *
 * - After a gesture the answer replaces #guichet-scene: what happened is read aloud, the focus goes to the visitor.
 * - What has just appeared under the pointer is not pressed by the second half of a double click.
 * - One letter for one gesture (data-touche), never while a field has the focus; « ? » shows them.
 * - The recall says when it will be possible, the undo goes away with its delay; no sound, nothing blinks.
 * - Leaving the page during an interview asks first.
 */
(() => {
  "use strict";
  const GARDE = 400, RECENTE = 5_000, CHAMPS = "input:not([type=hidden]), select, textarea, [contenteditable]";
  const titre = document.title;
  let connue = null;
  let apparue = -Infinity;
  let enRoute = 0;
  let partir = false;

  const scene = () => document.getElementById("guichet-scene");
  const cote = () => document.querySelector("#guichet-attente [data-marque]");
  const boutonDe = (noeud) => noeud instanceof Element && noeud.closest("button:not([type=button]), a[hx-get]");

  /* ---- the page as it now is */
  function regarder() {
    if (!scene() || scene() === connue) return;
    const premiere = connue === null;
    connue = scene();
    connue.dataset.parue = performance.now();
    direCombien();
    if (premiere) return;
    apparue = performance.now();
    document.getElementById("guichet-dit").textContent = connue.dataset.annonce || "";
    const actif = document.activeElement;
    const refus = connue.querySelector(".guichet-refus");
    const etape = connue.querySelector(".etape-guichet");
    if (!connue.contains(actif) || (etape && !refus)) (refus || [...connue.querySelectorAll("[data-foyer]")].pop())?.focus({ preventScroll: true });
    (refus || etape || document.activeElement).scrollIntoView({ block: "nearest" });
    if (!refus && !etape) document.getElementById("numero").value = "";
  }

  /* How many wait: in the title of the window, and beside the button. */
  function direCombien() {
    const tete = cote();
    if (!tete) return;
    const nombre = Number(tete.dataset.attendent);
    document.title = nombre ? `(${nombre}) ${titre}` : titre;
    const phrase = document.getElementById("guichet-combien");
    if (phrase && phrase.textContent !== tete.dataset.combien) phrase.textContent = tete.dataset.combien;
    const libre = scene().querySelector(".libre");
    if (libre) libre.dataset.attendent = tete.dataset.attendent;
  }

  /* The same desk in two tabs: when the list beside says that the desk moved on, the scene is asked for again,
   * with what is ticked (that POST changes nothing). */
  function suivre() {
    const autre = cote() && cote().dataset.marque !== scene().dataset.marque;
    if (!autre || enRoute || !(scene() instanceof HTMLFormElement)) return;
    htmx.ajax("POST", scene().getAttribute("action"), { source: scene(), target: "#guichet-scene", swap: "outerHTML settle:0ms" });
  }

  function dormir(oui) {
    const liste = document.getElementById("guichet-attente");
    if (oui) { liste.dataset.endormi = liste.dataset.signal; delete liste.dataset.signal; }
    else if (liste?.dataset.endormi) { liste.dataset.signal = liste.dataset.endormi; delete liste.dataset.endormi; }
  }

  document.addEventListener("htmx:afterSettle", regarder);
  document.addEventListener("signal:frais", () => {
    direCombien();
    if (performance.now() - apparue > RECENTE) suivre(); // a list asked for before the last gesture says nothing
  });

  /* ---- answers that are not a desk: session ended, right withdrawn. The page itself says it. */
  document.addEventListener("htmx:beforeRequest", (evenement) => {
    enRoute += 1;
    // The desk one closes must not ask for itself once more, be refused, and come back in place of the next page.
    if (/\/fermer\/$/.test(evenement.detail.requestConfig?.path)) dormir(true);
  });
  document.addEventListener("htmx:afterRequest", (evenement) => {
    enRoute -= 1;
    const { xhr } = evenement.detail;
    const recue = Boolean(xhr) && xhr.status > 0 && xhr.status < 500;
    document.getElementById("guichet-panne")?.toggleAttribute("hidden", recue);
    if (!recue) dormir(false);
  });
  document.addEventListener("htmx:beforeSwap", (evenement) => {
    const { xhr, target } = evenement.detail;
    if (target?.id !== "guichet-scene" || xhr.status >= 500 || xhr.responseText.includes('id="guichet-scene"')) return;
    evenement.detail.shouldSwap = false;
    partir = true;
    location.reload();
  });

  /* ---- the second half of a double click, the repetition of a key held down */
  document.addEventListener("click", (evenement) => {
    const bouton = boutonDe(evenement.target);
    if (!bouton || !bouton.closest(".guichet") || evenement.detail === 0) return;
    if (evenement.detail > 1 || performance.now() - apparue < GARDE) {
      evenement.preventDefault();
      evenement.stopImmediatePropagation();
    }
  }, true);
  document.addEventListener("submit", (evenement) => {
    const formulaire = evenement.target;
    if (!("uneFois" in formulaire.dataset)) return;
    if (formulaire.dataset.uneFois === "fait") evenement.preventDefault();
    formulaire.dataset.uneFois = "fait";
  });
  addEventListener("pageshow", () => {
    for (const formulaire of document.querySelectorAll("[data-une-fois]")) formulaire.dataset.uneFois = "";
  });

  /* ---- keys */
  document.addEventListener("keydown", (evenement) => {
    if (!scene() || evenement.ctrlKey || evenement.altKey || evenement.metaKey || evenement.isComposing) return;
    const cible = evenement.target;
    if (evenement.key === "Enter" && (evenement.repeat || cible.matches("#guichet-scene input"))) evenement.preventDefault();
    if (evenement.repeat || document.querySelector("dialog[open]")) return;
    if (cible.matches(CHAMPS)) {
      if (evenement.key === "Escape") cible.blur();
      return;
    }
    if (evenement.key === "?") { ouvrirAide(); return; }
    const touche = evenement.key.length === 1 ? evenement.key.toLowerCase() : evenement.key;
    const bouton = [...scene().querySelectorAll("[data-touche]")].find((b) => b.dataset.touche === touche);
    if (!bouton) return;
    evenement.preventDefault();
    bouton.click();
  });

  function ouvrirAide() { document.getElementById("guichet-aide")?.showModal(); }

  /* ---- seconds: when a recall becomes possible, when an undo does not any more */
  function battre() {
    if (!scene()) return;
    const ecoule = Math.floor((performance.now() - Number(scene().dataset.parue)) / 1000);
    const rappel = scene().querySelector("[data-rappel-dans]");
    if (rappel) {
      const reste = Number(rappel.dataset.rappelDans) - ecoule;
      if (reste > 0) rappel.querySelector("b").textContent = reste;
      else { rappel.closest("button").removeAttribute("aria-disabled"); rappel.remove(); }
    }
    const annuler = scene().querySelector("[data-reste]");
    if (annuler && Number(annuler.dataset.reste) <= ecoule) {
      const perdu = annuler.contains(document.activeElement);
      annuler.remove();
      if (perdu) [...scene().querySelectorAll("[data-foyer]")].pop()?.focus({ preventScroll: true });
    }
  }

  addEventListener("beforeunload", (evenement) => {
    if (!partir && scene()?.dataset.marque.endsWith("en_entretien")) evenement.preventDefault();
  });

  function debuter() {
    regarder();
    const aide = document.getElementById("guichet-ouvre-aide");
    aide?.removeAttribute("hidden");
    aide?.addEventListener("click", ouvrirAide);
    setInterval(battre, 1000);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", debuter);
  else debuter();
})();
