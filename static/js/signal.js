/* The live signal in a page: the server says that something changed, and each [data-signal] element fetches itself again.
 *
 *   <section id="salle" data-signal="/accueil/" data-signal-etalement="1500"> …the view's fragment… </section>
 *
 * data-signal            address of the fragment (empty: this page's own); the answer replaces what is INSIDE the element
 * data-signal-etalement  refetch at a random moment within so many milliseconds, so that telephones do not all come at once
 * data-signal-ronde      no change of the hall concerns it: refetch only every so many milliseconds
 *
 * - A refetch follows a change, a return to the page, and every 30 s anyway; at most four a second for one element.
 * - Never two in flight for one element: a change meanwhile asks for exactly one more.
 * - What is being done is never destroyed: while a form inside has the focus and a changed field, a list is being chosen
 *   from, or an htmx request of its own is under way, the new content waits (and the page says that it is out of date, if
 *   it lasts). Give an id to whatever can take the focus inside: htmx then puts the focus back on its successor.
 * - An answer that is older than what the person's own action brought is dropped, and asked for again.
 * - An answer identical to the last one changes nothing in the page: nothing flickers, nothing is read aloud again.
 * - <html data-perime> when an element could not be fetched for 45 s. `signal:frais` is sent on an element once refreshed.
 * - Turned away (session ended, device no longer paired, 410: what the page followed is over): the page is loaded again,
 *   and says so itself.
 */
(() => {
  "use strict";
  const RONDE = 5_000, CADENCE = 30_000, PERIME = 45_000, DELAI = 10_000, MINIMUM = 250, CHOIX = 15_000, RECHARGE = 60_000;
  const etats = new WeakMap();
  let source = null;
  let reouverture = 0;
  let geste = 0;

  const elements = () => document.querySelectorAll("[data-signal]");
  const maintenant = () => performance.now();

  function etatDe(element) {
    let etat = etats.get(element);
    if (!etat) {
      etat = { enCours: false, encore: false, depasse: false, retenu: false, minuterie: 0, demande: maintenant(), recu: maintenant(), texte: null };
      etats.set(element, etat);
    }
    return etat;
  }

  /* Ask for one refetch, soon; asking again before it starts changes nothing. */
  function demander(element, etalement = 0) {
    const etat = etatDe(element);
    if (etat.enCours) { etat.encore = true; return; }
    if (etat.minuterie) return;
    const attente = Math.max(Math.random() * etalement, etat.demande + MINIMUM - maintenant(), 0);
    etat.minuterie = setTimeout(() => { etat.minuterie = 0; chercher(element, etat); }, attente);
  }

  async function chercher(element, etat) {
    if (!element.isConnected) return;
    etat.enCours = true;
    etat.encore = etat.depasse = false;
    etat.demande = maintenant();
    try {
      const reponse = await fetch(element.dataset.signal || location.href, {
        headers: { "HX-Request": "true", "HX-Target": element.id, "HX-Current-URL": location.href },
        cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(DELAI),
      });
      if (reponse.redirected || reponse.status === 401 || reponse.status === 403) {
        if (maintenant() > RECHARGE) { location.reload(); return; }
      } else if (reponse.status === 410) {
        location.reload();
        return;
      } else if (reponse.ok) {
        poser(element, etat, await reponse.text());
      }
    } catch { /* the server cannot be reached: the next round asks again, and the page says so after a while */ }
    etat.enCours = false;
    direFraicheur();
    if (etat.encore || etat.depasse) demander(element);
  }

  function poser(element, etat, texte) {
    if (etat.depasse || !element.isConnected) return;
    if (texte !== etat.texte) {
      etat.retenu = occupe(element);
      if (etat.retenu) return;
      htmx.swap(element, texte, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
      etat.texte = texte;
      etat.depasse = false;
    }
    etat.recu = maintenant();
    element.dispatchEvent(new CustomEvent("signal:frais", { bubbles: true }));
  }

  function occupe(element) {
    return element.querySelector(".htmx-request") !== null || enSaisie(element);
  }

  function enSaisie(element) {
    const champ = document.activeElement;
    if (!champ || !element.contains(champ)) return false;
    if (champ instanceof HTMLSelectElement && maintenant() - geste < CHOIX) return true;
    const formulaire = champ.form;
    return (formulaire && element.contains(formulaire) ? [...formulaire.elements] : [champ]).some(change);
  }

  function change(champ) {
    if (champ instanceof HTMLSelectElement) {
      const prevu = [...champ.options].findIndex((option) => option.defaultSelected);
      return !champ.multiple && champ.selectedIndex !== Math.max(prevu, 0);
    }
    if (champ.type === "hidden" || champ.type === "submit") return false;
    if (champ.type === "checkbox" || champ.type === "radio") return champ.checked !== champ.defaultChecked;
    return "defaultValue" in champ && champ.value !== champ.defaultValue;
  }

  function direFraicheur() {
    const perime = [...elements()].some((element) => maintenant() - etatDe(element).recu > PERIME);
    document.documentElement.toggleAttribute("data-perime", perime);
  }

  function tous(etale) {
    for (const element of elements()) {
      if (etale && element.dataset.signalRonde) continue;
      demander(element, etale ? Number(element.dataset.signalEtalement) || 0 : 0);
    }
  }

  /* The browser opens a cut stream again by itself, but not one that was refused (503: too many streams). */
  function ouvrir() {
    if (source && source.readyState !== EventSource.CLOSED) return;
    if (!elements().length || maintenant() < reouverture) return;
    reouverture = maintenant() + CADENCE;
    source = new EventSource("/signal/");
    source.addEventListener("change", () => tous(true));
  }

  function fermer() {
    if (source) source.close();
    source = null;
    reouverture = 0;
  }

  function ronde() {
    for (const element of elements()) {
      if (maintenant() - etatDe(element).demande >= (Number(element.dataset.signalRonde) || CADENCE)) demander(element, RONDE);
    }
    direFraicheur();
    ouvrir();
  }

  /* A swap that is not ours, inside an element: an answer asked for before it is out of date. */
  document.addEventListener("htmx:afterSwap", (evenement) => {
    const element = evenement.target instanceof Element && evenement.target.closest("[data-signal]");
    if (!element) return;
    const etat = etatDe(element);
    etat.texte = null;
    etat.depasse = etat.enCours;
  });
  for (const fin of ["focusout", "htmx:afterRequest"]) {
    document.addEventListener(fin, (evenement) => {
      const element = evenement.target instanceof Element && evenement.target.closest("[data-signal]");
      if (element && etatDe(element).retenu) demander(element);
    });
  }
  for (const nom of ["focusin", "pointerdown", "keydown"]) {
    document.addEventListener(nom, () => { geste = maintenant(); }, { passive: true });
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tous(false); });
  addEventListener("online", () => tous(false));
  addEventListener("pagehide", fermer);
  addEventListener("pageshow", () => { ouvrir(); });

  setInterval(ronde, RONDE);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ronde);
  else ronde();
})();
