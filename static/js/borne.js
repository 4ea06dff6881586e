/* The ticket kiosk. Every page works without this file; it adds what a machine that nobody looks after needs.
 *
 *  <body data-depart="/borne/" data-retour="60">   go back to the start after so many seconds without a touch
 *  [data-decompte="15"]      the countdown, shown for its last 15 seconds (0: always); any touch or key starts it again
 *  [data-decompte-dit]       said once to a screen reader when 15 seconds are left
 *  a[data-fin]               ends now, and takes its place in the history: Back does not find the page of the visitor before
 *  form                      a second tap does nothing (the server would give the same ticket anyway)
 *  [data-imprimer], <body data-impression="auto">   print on demand, or by itself once
 *  #etats[data-signal]       the fresh states of the poles, copied into the choices while no finger is down
 *  <body data-reprise="/borne/">   the page of the service worker: asks for the server every 3 s and comes back
 */
(() => {
  "use strict";
  const corps = document.body;
  const { depart, retour, reprise, impression } = corps.dataset;
  const maintenant = () => performance.now();
  const ANNONCE = 15, REPRISE = 3_000, DELAI = 2_500;

  /* ---- back to the start */
  function decompter() {
    const duree = Number(retour);
    const bloc = document.querySelector("[data-decompte]");
    if (!duree || !bloc) return;
    const seuil = Number(bloc.dataset.decompte) || Infinity;
    const secondes = bloc.querySelector("[data-secondes]");
    const anneau = bloc.querySelector("[data-anneau]");
    const dit = document.querySelector("[data-decompte-dit]");
    let fin = 0;
    let minuterie = 0;
    const battre = () => {
      const reste = Math.max(Math.ceil((fin - maintenant()) / 1000), 0);
      if (reste <= 0) { clearInterval(minuterie); location.replace(depart); return; }
      bloc.hidden = reste > seuil;
      corps.toggleAttribute("data-decompte-visible", !bloc.hidden);
      secondes.textContent = reste;
      anneau.setAttribute("stroke-dasharray", `${(100 * reste) / Math.min(duree, seuil)} 100`);
      const phrase = reste <= ANNONCE ? dit.dataset.decompteDit : "";
      if (dit.textContent !== phrase) dit.textContent = phrase;
    };
    const relancer = () => { fin = maintenant() + duree * 1000; battre(); };
    for (const nom of ["pointerdown", "pointerup", "touchmove", "wheel", "keydown", "afterprint"]) {
      addEventListener(nom, relancer, { passive: true, capture: true });
    }
    relancer();
    minuterie = setInterval(battre, 250);
  }

  document.addEventListener("click", (evenement) => {
    const lien = evenement.target instanceof Element && evenement.target.closest("a[data-fin]");
    if (!lien) return;
    evenement.preventDefault();
    location.replace(lien.href);
  });

  /* A page that the browser kept and brings back is somebody else's: its form has already been used. */
  addEventListener("pageshow", (evenement) => { if (evenement.persisted) location.replace(depart || location.href); });
  addEventListener("contextmenu", (evenement) => evenement.preventDefault()); // a finger that stays is not a right click

  /* ---- one tap, one number */
  document.addEventListener("submit", (evenement) => {
    const formulaire = evenement.target;
    if (formulaire.dataset.parti) { evenement.preventDefault(); return; }
    formulaire.dataset.parti = "oui";
    formulaire.querySelector("button").setAttribute("aria-busy", "true");
  });

  /* ---- paper */
  function imprimer() {
    const bouton = document.querySelector("[data-imprimer]");
    if (!bouton) return;
    bouton.hidden = false;
    bouton.addEventListener("click", () => print());
    const arrivee = performance.getEntriesByType("navigation")[0];
    if (impression === "auto" && arrivee?.type === "navigate") setTimeout(() => print(), 300); // the number first
  }

  /* ---- the states of the poles, without taking a choice from under a finger */
  function suivre() {
    const source = document.getElementById("etats");
    if (!source) return;
    let doigt = false;
    const poser = () => {
      if (doigt) return;
      const neufs = source.querySelectorAll("[data-question]");
      const cartes = document.querySelectorAll(".borne-choix .choix");
      const memes = neufs.length === cartes.length && [...neufs].every((neuf, n) => cartes[n].id === `question-${neuf.dataset.question}`);
      if (!memes) { if (neufs.length) location.reload(); return; }
      neufs.forEach((neuf, n) => {
        const etat = cartes[n].querySelector(".etat");
        cartes[n].classList.toggle("ferme", neuf.dataset.ouvert === "non");
        if (etat.innerHTML.trim() !== neuf.innerHTML.trim()) etat.replaceChildren(...neuf.cloneNode(true).childNodes);
      });
    };
    source.addEventListener("signal:frais", poser);
    addEventListener("pointerdown", () => { doigt = true; }, { capture: true });
    for (const nom of ["pointerup", "pointercancel"]) {
      addEventListener(nom, () => { doigt = false; setTimeout(poser, 400); }, { capture: true });
    }
  }

  /* ---- the server is away (this page comes from the service worker) */
  async function reprendre() {
    try {
      const reponse = await fetch("/sante/", { cache: "no-store", signal: AbortSignal.timeout(DELAI) });
      if (reponse.ok) { location.replace(reprise); return; }
    } catch { /* still away */ }
    setTimeout(reprendre, REPRISE);
  }

  decompter();
  imprimer();
  suivre();
  if (reprise) setTimeout(reprendre, REPRISE);
  else navigator.serviceWorker?.register("/service-worker.js", { scope: "/" }).catch(() => { /* no worker: the browser's own page */ });
})();
