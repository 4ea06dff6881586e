/* The reception at the keyboard, and the paper. Everything here is comfort: without it the page works by links and forms.
 *
 * - Keys: see the help dialog (reception_aide.html). A button or link with data-touche="p" answers to P when no field has the focus.
 * - The focus is never lost: htmx gives it back to the same id; when that is gone, its neighbour in the list takes it.
 * - A refresh between the press and the release of a button does not swallow the click.
 * - Someone who joins an empty queue is announced, and heard softly (help dialog: the browser remembers if it is not wanted).
 * - Open <details> stay open, the last moves are said politely, and the live address follows the chosen ticket.
 */
(() => {
  "use strict";
  const par = (id) => document.getElementById(id);
  const hall = par("hall");
  const jeton = document.querySelector("#donner [name=csrfmiddlewaretoken]");
  const memoire = {
    lire(nom, defaut) { try { return localStorage.getItem(nom) ?? defaut; } catch { return defaut; } },
    ecrire(nom, valeur) { try { localStorage.setItem(nom, valeur); } catch { /* private browsing: for this page only */ } },
  };

  /* ---- paper */
  async function imprimer(adresse) {
    try {
      const reponse = await fetch(adresse, { headers: { "HX-Request": "true" }, cache: "no-store" });
      if (!reponse.ok || reponse.redirected) throw new Error(String(reponse.status));
      document.querySelectorAll("body > .ticket-imprime").forEach((papier) => papier.remove());
      document.body.append(...new DOMParser().parseFromString(await reponse.text(), "text/html").body.children);
      window.print();
    } catch {
      location.assign(adresse);
    }
  }
  addEventListener("afterprint", () => { if (hall) document.querySelectorAll("body > .ticket-imprime").forEach((papier) => papier.remove()); });
  const ici = document.querySelector("[data-imprimer-ici]");
  if (ici) {
    ici.hidden = false;
    ici.addEventListener("click", () => window.print());
    window.print();
  }
  if (!hall) return;

  document.querySelectorAll("[data-avec-script]").forEach((element) => { element.hidden = false; });
  for (const nom of ["imprimer-aussitot", "touches-actives", "son-arrivee"]) {
    par(nom).checked = memoire.lire(`reception-${nom}`, "oui") === "oui";
    par(nom).addEventListener("change", (e) => memoire.ecrire(`reception-${nom}`, e.target.checked ? "oui" : "non"));
  }
  function donne(papier) {
    donneLe = performance.now();
    par("donner").reset();
    if (par("imprimer-aussitot").checked) imprimer(papier);
  }
  par("imprimer-aussitot").defaultChecked = par("imprimer-aussitot").checked;
  par("imprimer-aussitot").addEventListener("change", (e) => { e.target.defaultChecked = e.target.checked; });
  document.addEventListener("click", (evenement) => {
    const lien = evenement.target.closest("[data-imprimer]");
    if (!lien || evenement.ctrlKey || evenement.metaKey || evenement.shiftKey) return;
    evenement.preventDefault();
    imprimer(lien.href);
  });

  /* ---- htmx
   * A live refresh may take away the button that asked before its answer comes: what must not be lost (the paper, a
   * refusal, a server that does not answer) is read from the request itself. Answers that come in the wrong order are
   * not painted: the next refresh tells the same. An answer that is not the hall (session ended) loads the page again. */
  const ordre = new WeakMap();
  let demandes = 0;
  let peinte = 0;
  let donneLe = -Infinity; // a number given here: whoever gave it needs no announcement
  const dire = (panne) => { par("panne").hidden = !panne; };

  document.addEventListener("htmx:configRequest", (e) => { e.detail.headers["X-CSRFToken"] = jeton.value; });
  document.addEventListener("htmx:beforeRequest", (e) => {
    const { xhr, target } = e.detail;
    if (target !== hall) return;
    ordre.set(xhr, ++demandes);
    for (const fin of ["error", "timeout"]) xhr.addEventListener(fin, () => dire(true));
    xhr.addEventListener("load", () => {
      dire(xhr.status >= 500);
      const papier = xhr.getResponseHeader("X-Imprimer");
      if (papier) donne(papier);
    });
  });
  document.addEventListener("htmx:beforeSwap", (e) => {
    const { xhr, target } = e.detail;
    if (target !== hall || xhr.status >= 500) return;
    const avis = new DOMParser().parseFromString(xhr.responseText, "text/html").getElementById("avis-neuf");
    if (!avis) { e.detail.shouldSwap = false; location.assign(hall.dataset.signal.split("?")[0]); return; }
    par("avis").replaceChildren(avis.content);
    if (ordre.get(xhr) < peinte) e.detail.shouldSwap = false;
    else peinte = ordre.get(xhr);
  });

  /* ---- after each refresh */
  const ouverts = new Set();
  let dernier = Math.max(0, ...gestes().map((li) => Number(li.dataset.geste)));
  let repere = null;
  let annulable = { geste: null, fin: 0 };

  /* ---- someone joins an empty queue */
  const SOI = 3_000; // ms during which an arrival is the number that was just given here
  const arrives = new Set([...hall.querySelectorAll("[data-premiere] .rang")].map((rang) => rang.id));
  let contexte = null;

  function sonner() {
    if (!par("son-arrivee").checked || !window.AudioContext) return;
    contexte ??= new AudioContext();
    contexte.resume().catch(() => {});
    const son = contexte.createOscillator(), gain = contexte.createGain(), debut = contexte.currentTime;
    son.frequency.value = 587.3;
    gain.gain.setValueAtTime(0, debut);
    gain.gain.linearRampToValueAtTime(0.12, debut + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.001, debut + 0.7);
    son.connect(gain).connect(contexte.destination);
    son.onended = () => { son.disconnect(); gain.disconnect(); };
    son.start(debut);
    son.stop(debut + 0.75);
  }

  function accueillir() {
    const neuves = [...hall.querySelectorAll("[data-premiere]")].filter((rang) => !arrives.has(rang.querySelector(".rang").id));
    neuves.forEach((rang) => arrives.add(rang.querySelector(".rang").id));
    if (!neuves.length || performance.now() - donneLe < SOI) return "";
    sonner();
    return neuves.map((rang) => rang.dataset.premiere).join(". ");
  }

  function gestes() { return [...hall.querySelectorAll("[data-geste]")]; }

  function apres() {
    hall.dataset.signal = hall.querySelector("[data-adresse]").dataset.adresse;
    for (const id of ouverts) { const volet = par(id); if (volet) volet.open = true; else ouverts.delete(id); }
    const neufs = gestes().filter((li) => Number(li.dataset.geste) > dernier);
    if (neufs.length) {
      dernier = Math.max(...neufs.map((li) => Number(li.dataset.geste)));
    }
    const dits = neufs.slice(0, 3).reverse().map((li) => li.querySelector("span").textContent);
    const phrase = [accueillir(), ...dits].filter(Boolean).join(". ");
    if (phrase) par("vif").textContent = phrase;
    compterAnnulation();
    rendreLeFocus();
  }
  hall.addEventListener("signal:frais", apres);
  document.addEventListener("htmx:afterSwap", (e) => { if (e.detail.target === hall) apres(); });
  hall.addEventListener("toggle", (e) => { if (e.target.isConnected) ouverts[e.target.open ? "add" : "delete"](e.target.id); }, true);

  /* The offer to undo goes away by itself when its time is over. */
  function compterAnnulation() {
    const offre = par("annuler");
    if (!offre) return;
    const geste = offre.dataset.gesteAnnulable;
    if (annulable.geste !== geste) annulable = { geste, fin: performance.now() + Number(offre.dataset.duree) * 1000 };
    if (performance.now() >= annulable.fin) offre.hidden = true;
    else setTimeout(compterAnnulation, annulable.fin - performance.now() + 20);
  }
  compterAnnulation();

  /* ---- focus */
  hall.addEventListener("focusin", (e) => {
    const rang = e.target.closest(".rang");
    const file = rang && rang.closest("ol, ul");
    repere = { id: e.target.id, colonne: file ? [...hall.querySelectorAll("ol, ul")].indexOf(file) : -1, rang: file ? [...file.querySelectorAll(".rang")].indexOf(rang) : 0,
      pole: rang && rang.closest(".hall-pole") ? rang.closest(".hall-pole").getAttribute("aria-labelledby") : null, panneau: Boolean(e.target.closest("#panneau")) };
  });
  document.addEventListener("focusin", (e) => { if (!hall.contains(e.target)) repere = null; });
  document.addEventListener("pointerdown", (e) => { if (!e.target.closest("a, button, input, select, summary")) repere = null; });

  function rendreLeFocus() {
    if (!repere || document.activeElement !== document.body) return;
    const pole = repere.pole && hall.querySelector(`[aria-labelledby="${repere.pole}"]`);
    const rangs = pole ? [...pole.querySelectorAll(".rang")] : [];
    const cible = (repere.id && par(repere.id)) || rangs[Math.min(repere.rang, rangs.length - 1)] || (pole && pole.querySelector(".donner")) || (repere.panneau && par("panneau")) || hall.querySelector(".rang, .donner");
    if (cible) cible.focus({ preventScroll: true });
  }

  /* ---- a click that a refresh would have cut in two */
  let appui = null;
  hall.addEventListener("pointerdown", (e) => { appui = e.button === 0 ? e.target.closest("[id]:is(a, button, summary)") : null; });
  document.addEventListener("pointerup", (e) => {
    const bouton = appui && !appui.isConnected && e.target instanceof Element ? e.target.closest("[id]:is(a, button, summary)") : null;
    if (bouton && bouton.id === appui.id) bouton.click();
    appui = null;
  });

  /* ---- keys */
  const CHAMP = "input:not([type=checkbox]), select, textarea, [contenteditable]";
  let mode = null;
  let vientDuClavier = false;

  function changerMode(nouveau) {
    mode = nouveau;
    par("mode").hidden = !mode;
    par("mode").textContent = mode ? par("mode").dataset[mode] : "";
  }

  function lettre(touche) {
    const bouton = mode === "donner" ? hall.querySelector(`[data-lettre="${touche.toUpperCase()}"]`) : hall.querySelector(`[data-vers="${touche.toUpperCase()}"]`);
    changerMode(null);
    if (bouton) bouton.click();
  }

  function fermer() {
    if (mode) { changerMode(null); return true; }
    const volet = document.activeElement.closest("details[open]") || hall.querySelector("details.menu[open]");
    if (volet) { volet.open = false; volet.querySelector("summary").focus(); return true; }
    const fin = par("garder") || par("fermer-panneau");
    if (!fin) { par("avis").replaceChildren(); return false; }
    const retour = par("panneau").dataset.ticket;
    if (fin.id === "fermer-panneau" && par(`t-${retour}`)) par(`t-${retour}`).focus({ preventScroll: true });
    fin.click();
    return true;
  }

  function aller(touche) {
    const files = [...hall.querySelectorAll(".hall-pole")].map((pole) => [...pole.querySelectorAll(".rang")]).filter((file) => file.length);
    files.push([...hall.querySelectorAll(".absents .rang")]);
    const x = files.findIndex((file) => file.includes(document.activeElement));
    if (x < 0) {
      if (document.activeElement !== document.body) return false;
      const premier = hall.querySelector(".rang[aria-current]") || hall.querySelector(".rang");
      if (premier) premier.focus();
      return Boolean(premier);
    }
    const y = files[x].indexOf(document.activeElement);
    const pas = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] }[touche];
    const file = files[x + pas[0]] || [];
    const cible = pas[0] ? file[Math.min(y, file.length - 1)] : file[y + pas[1]];
    if (cible) cible.focus();
    return true;
  }

  function touche(e) {
    const champ = e.target instanceof Element && e.target.matches(CHAMP);
    if (e.key === "Escape") { if (champ) { e.target.blur(); return true; } return fermer(); }
    if (champ || !par("touches-actives").checked || e.repeat && !e.key.startsWith("Arrow")) return false;
    if (mode && e.key.length === 1) { lettre(e.key); return true; }
    if (e.key.startsWith("Arrow")) return aller(e.key);
    if (e.key === "/") { par("cherche").focus(); par("cherche").select(); return true; }
    if (e.key === "?") { ouvrirAide(); return true; }
    const petite = e.key.toLowerCase();
    if (petite === "n") { changerMode("donner"); return true; }
    if (petite === "d" && hall.querySelector("[data-vers]")) { changerMode("deplacer"); return true; }
    const bouton = petite.length === 1 && /[a-z]/.test(petite) ? [...hall.querySelectorAll(`[data-touche="${petite}"]`)].find((b) => b.offsetParent) : null;
    if (bouton) bouton.click();
    return Boolean(bouton);
  }

  document.addEventListener("keydown", (e) => {
    vientDuClavier = true;
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || document.querySelector("dialog[open]")) return;
    if (touche(e)) e.preventDefault();
  });
  document.addEventListener("pointerdown", () => { vientDuClavier = false; if (mode) changerMode(null); });

  /* Opened from the keyboard, a ticket's panel takes the focus: Enter on a number, or a search. */
  document.addEventListener("htmx:afterSwap", (e) => {
    const origine = e.detail.requestConfig && e.detail.requestConfig.elt;
    if (e.detail.target !== hall || !origine) return;
    const cherche = origine.matches(".recherche");
    if (cherche && e.detail.xhr.status < 400) { par("cherche").value = ""; }
    if (par("panneau") && (cherche && e.detail.xhr.status < 400 || vientDuClavier && origine.matches(".rang, #geste-retirer, #garder"))) {
      (par("panneau").querySelector(".confirmer button, .gestes .bouton, .rang") || par("panneau")).focus();
    }
  });

  function ouvrirAide() { par("aide").showModal(); }
  par("ouvrir-aide").addEventListener("click", ouvrirAide);
})();
