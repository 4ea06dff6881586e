/* The follow-up of a number on a telephone. The page lives without this file (it reloads by itself, its forms are forms);
 * this adds what calls someone who looks elsewhere: vibration, sound, the title of the tab, what a screen reader says.
 *
 *  #suivi[data-signal] > .suivi-etat[data-etat][data-appel][data-annonce][data-titre]   what is now; refreshed by signal.js
 *    data-appel    rank of the call in the day, 0 when not called: another rank is another call, and is heard once
 *    data-annonce  what is worth saying when it becomes true (called; two before)
 *  #appel, #dit    live regions: said at once; said politely
 *  #sonnerie, #son shown by this file; the touch that activates sound also keeps the screen lit, while the page is seen
 *
 * Nothing is remembered: not in a cookie, not in the browser's storage.
 */
(() => {
  "use strict";
  const vif = document.getElementById("suivi");
  const bouton = document.getElementById("son");
  const NOTES = [659.3, 523.3, 659.3, 523.3], PAS = 0.38;
  const APPEL = [400, 150, 400, 150, 800], APPROCHE = [150];
  let contexte = null; // made by a touch: browsers want one
  let veille = null;
  let vu = { appel: "0", annonce: null };

  const lire = () => ({ ...vif.querySelector(".suivi-etat").dataset });
  const sonne = () => bouton.getAttribute("aria-pressed") === "true";

  function vibrer(motif) {
    navigator.vibrate?.(motif);
  }

  function note(frequence, debut) {
    const son = contexte.createOscillator(), gain = contexte.createGain();
    son.frequency.value = frequence;
    gain.gain.setValueAtTime(0, debut);
    gain.gain.linearRampToValueAtTime(0.5, debut + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, debut + 0.8);
    son.connect(gain).connect(contexte.destination);
    son.onended = () => { son.disconnect(); gain.disconnect(); };
    son.start(debut);
    son.stop(debut + 0.85);
  }

  function carillon(notes) {
    if (!contexte || !sonne()) return;
    contexte.resume().then(() => notes.forEach((frequence, n) => note(frequence, contexte.currentTime + n * PAS)), () => {});
  }

  function dire(region, phrase) {
    document.getElementById(region).textContent = phrase;
  }

  /* What has just become true, once. A page that opens on a call calls; one that opens on "two before" shows it, and is calm. */
  function apprendre() {
    const neuf = lire();
    if (document.title !== neuf.titre) document.title = neuf.titre;
    if (neuf.appel !== "0" && neuf.appel !== vu.appel) {
      dire("appel", neuf.annonce);
      vibrer(APPEL);
      carillon(NOTES);
    } else if (neuf.appel === "0" && vu.annonce !== null && neuf.annonce !== vu.annonce) {
      dire("dit", neuf.annonce);
      if (neuf.annonce) { vibrer(APPROCHE); carillon(NOTES.slice(0, 1)); }
    }
    if (neuf.appel === "0") dire("appel", "");
    vu = neuf;
  }

  async function veiller() {
    if (!sonne() || document.hidden || (veille && !veille.released)) return;
    try { veille = await navigator.wakeLock?.request("screen"); } catch { /* the telephone saves its battery: so be it */ }
  }

  function basculer() {
    bouton.setAttribute("aria-pressed", String(!sonne()));
    if (sonne()) {
      contexte ??= window.AudioContext ? new AudioContext() : null;
      carillon(NOTES.slice(0, 1));
      veiller();
    } else {
      veille?.release().catch(() => {});
      veille = null;
    }
  }

  bouton.addEventListener("click", basculer);
  vif.addEventListener("signal:frais", apprendre);
  document.addEventListener("visibilitychange", veiller);
  document.getElementById("sonnerie").hidden = false;
  apprendre();
})();
