/* The hall's call screen: what is said aloud, the clock, the announcements in turn. Fetching is signal.js's.
 *
 * Each call is said once by this screen. It remembers the day and the rank of the last call it said (here and in
 * sessionStorage) and asks for what came after; the answer (#paroles) holds, in order, the calls that are still worth
 * saying: not undone, not begun, not older than a few minutes. So a cut is caught up with, and nothing that became false
 * while it waited its turn is said. A first visit says nothing old.
 *
 * Time is the server's: the page brings it, every answer brings its minute again, and the zone is the place's.
 *
 * Sound starts without a touch when Chromium runs with --autoplay-policy=no-user-gesture-required; elsewhere a button
 * asks for one, and calls wait for it as long as they are worth saying.
 */
(() => {
  "use strict";
  const TROP_VIEUX = 180_000; // ms after which a call is not said any more
  const SANS_DEBUT = 5_000, SANS_FIN = 20_000; // a voice that does not begin, or never ends
  const NOUVEAU = 9_000, TOUR = 8; // ms a line insists; seconds an announcement stays
  const salle = document.getElementById("salle");
  const bouton = document.getElementById("son");
  const paroles = () => document.getElementById("paroles");

  /* ------------------------------------------------------------------ time */
  let ancre = Number(salle.dataset.instant) * 1000 - performance.now();
  const maintenant = () => ancre + performance.now();
  const format = new Intl.DateTimeFormat("fr-FR", { hour: "2-digit", minute: "2-digit", timeZone: salle.dataset.fuseau });

  function recaler(minute) {
    const ecart = minute - maintenant();
    if (ecart > 0) ancre += ecart;
    else if (ecart < -75_000) ancre += ecart + 59_000; // the answer itself may have taken a while
  }

  function ecrire(element, texte) {
    if (element.textContent !== texte) element.textContent = texte;
  }

  /* ------------------------------------------------------------------ what was said */
  const memoire = `ecran:${location.pathname}`;
  let dit = lire() ?? { jour: paroles().dataset.jour, rang: Number(paroles().dataset.rang) };

  function lire() {
    try {
      const lu = JSON.parse(sessionStorage.getItem(memoire));
      return typeof lu?.jour === "string" && Number.isInteger(lu.rang) ? lu : null;
    } catch { return null; }
  }

  function noter(jour, rang) {
    dit = { jour, rang };
    try { sessionStorage.setItem(memoire, JSON.stringify(dit)); } catch { /* only this page remembers, then */ }
    salle.dataset.signal = `${location.pathname}?depuis=${rang}&jour=${jour}`;
  }

  /* Ranks start again with the day, and after the data were put back: never go mute for a number that will not come. */
  function accorder() {
    const { jour, rang } = paroles().dataset;
    if (jour !== dit.jour) noter(jour, 0);
    else noter(jour, Math.min(dit.rang, Number(rang)));
  }

  /* ------------------------------------------------------------------ sound */
  const contexte = window.AudioContext ? new AudioContext() : null;
  const voix = window.speechSynthesis ?? null;
  let muette = !voix; // no voice answers: chime only, until voices change
  let retenue = null; // Chromium forgets an utterance that nobody holds, and its end with it

  const audible = () => !contexte || contexte.state === "running";
  const montrerBouton = () => { bouton.hidden = audible(); };

  function activer() {
    contexte?.resume().then(parler, () => {});
  }

  function note(frequence, debut) {
    const son = contexte.createOscillator(), gain = contexte.createGain();
    son.frequency.value = frequence;
    gain.gain.setValueAtTime(0, debut);
    gain.gain.linearRampToValueAtTime(0.35, debut + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, debut + 0.9);
    son.connect(gain).connect(contexte.destination);
    son.onended = () => { son.disconnect(); gain.disconnect(); };
    son.start(debut);
    son.stop(debut + 0.95);
  }

  async function carillon() {
    if (!contexte || contexte.state !== "running") return;
    note(659.3, contexte.currentTime);
    note(523.3, contexte.currentTime + 0.35);
    await pause(1_150);
  }

  const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

  /* A voice of the language; null where none is known yet and the browser may find one; undefined where there is none. */
  function voixDe(langue) {
    const connues = voix.getVoices();
    const siennes = connues.filter((v) => v.lang.toLowerCase().split(/[-_]/)[0] === langue);
    if (siennes.length) return siennes.find((v) => v.localService) ?? siennes[0];
    return connues.length || langue !== "fr" ? undefined : null;
  }

  function prononcer(texte, langue) {
    const choisie = muette ? undefined : voixDe(langue);
    if (choisie === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const phrase = (retenue = new SpeechSynthesisUtterance(texte));
      const finir = () => { clearTimeout(garde); retenue = null; resolve(); };
      const renoncer = () => { muette = !commencee; voix.cancel(); finir(); };
      let commencee = false;
      let garde = setTimeout(renoncer, SANS_DEBUT);
      phrase.lang = choisie?.lang ?? langue;
      if (choisie) phrase.voice = choisie;
      phrase.rate = 0.9;
      phrase.onstart = () => { commencee = true; clearTimeout(garde); garde = setTimeout(renoncer, SANS_FIN); };
      phrase.onend = finir;
      phrase.onerror = finir;
      voix.speak(phrase);
    });
  }

  /* ------------------------------------------------------------------ one call at a time */
  let occupe = false;
  let enCours = null; // rank being said

  function suivante() {
    if (!audible()) return null;
    const valable = (li) => Number(li.dataset.rang) > dit.rang && maintenant() - li.dataset.instant * 1000 < TROP_VIEUX;
    return [...paroles().children].find(valable) ?? null;
  }

  async function parler() {
    if (occupe) return;
    occupe = true;
    for (let li = suivante(); li; li = suivante()) {
      enCours = li.dataset.rang;
      noter(paroles().dataset.jour, Number(enCours));
      const phrases = [...li.children].map((phrase) => [phrase.textContent, phrase.lang]);
      ecrire(document.getElementById("dit"), phrases[0][0]);
      marquer();
      await carillon();
      for (const [texte, langue] of phrases) await prononcer(texte, langue);
      await pause(350);
    }
    enCours = null;
    occupe = false;
    marquer();
  }

  /* ------------------------------------------------------------------ lines: arriving, being said */
  let vues = new Map();

  function marquer(premiere = false) {
    const ici = new Map();
    for (const ligne of salle.querySelectorAll(".appel")) {
      const rang = ligne.dataset.rang;
      const vue = vues.get(rang) ?? performance.now() - (premiere ? NOUVEAU : 0);
      const age = performance.now() - vue;
      ici.set(rang, vue);
      if (age < NOUVEAU && ligne.matches(".neuf:not(.arrive)")) {
        ligne.style.animationDelay = `${-age}ms, ${700 - age}ms`; // a line that is only written again goes on
        ligne.classList.add("arrive");
      }
      ligne.classList.toggle("dit", rang === enCours);
    }
    vues = ici;
  }

  /* ------------------------------------------------------------------ announcements in turn */
  let battements = 0;

  function tourner() {
    const tour = Math.floor(battements / TOUR);
    for (const liste of salle.querySelectorAll("[data-tour]")) {
      const total = liste.children.length, place = Number(liste.dataset.tour);
      if (total <= place) continue;
      const premier = (tour * place) % total;
      [...liste.children].forEach((ligne, i) => { ligne.hidden = (i - premier + total) % total >= place; });
    }
  }

  /* ------------------------------------------------------------------ life */
  function rafraichir() {
    recaler(Number(paroles().dataset.minute) * 1000);
    ecrire(document.getElementById("interrompu"), format.format(maintenant()).replace(/^0/, "").replace(":", " h "));
    accorder();
    marquer();
    tourner();
    parler();
  }

  function battre() {
    battements += 1;
    ecrire(document.getElementById("horloge"), format.format(maintenant()));
    if (battements % TOUR === 0) tourner();
    montrerBouton();
    parler();
  }

  salle.addEventListener("signal:frais", rafraichir);
  for (const geste of ["pointerdown", "keydown"]) addEventListener(geste, activer);
  contexte?.addEventListener("statechange", () => { montrerBouton(); parler(); });
  voix?.addEventListener?.("voiceschanged", () => { muette = false; });
  voix?.cancel();
  accorder();
  marquer(true);
  montrerBouton();
  setInterval(battre, 1_000);
  navigator.serviceWorker?.register("/service-worker.js").catch(() => { /* then a reload needs the server */ });
})();
