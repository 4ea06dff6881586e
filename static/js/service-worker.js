/* When the server is away, a kiosk or a screen shows a calm page instead of the browser's own, and comes back by itself.
 *
 * Only page loads under /borne/ and /ecran/ pass here; nothing that the server says is ever kept. What is kept is the
 * dress of that one page (its sheets, its script), asked for again once a day.
 */
"use strict";

const CACHE = "hors-ligne-1";
const MARQUE = "?hors-ligne"; // these copies are this page's only: ordinary pages never get one
const FICHIERS = ["css/jetons.css", "css/base.css", "css/composants.css", "css/borne.css", "js/borne.js"].map(
  (nom) => `/static/${nom}${MARQUE}`,
);
const SURFACE = /^(?:\/[a-z]{2,3}(?:-[a-z0-9]+)?)?\/(borne|ecran)(?:\/|$)/;
const PATIENCE = 10_000; // a server that does not answer for so long is away
const UN_JOUR = 24 * 3600 * 1000;

const garder = async () => (await caches.open(CACHE)).addAll(FICHIERS.map((url) => new Request(url, { cache: "reload" })));

async function renouveler() {
  const copie = await caches.match(FICHIERS[0]);
  const age = Date.now() - Date.parse(copie?.headers.get("Date") ?? "");
  if (!(age < UN_JOUR)) await garder();
}

addEventListener("install", (evenement) => evenement.waitUntil(garder().then(() => skipWaiting())));

addEventListener("activate", (evenement) => {
  const menage = async () => {
    for (const nom of await caches.keys()) if (nom !== CACHE) await caches.delete(nom);
    await clients.claim();
  };
  evenement.waitUntil(menage());
});

addEventListener("fetch", (evenement) => {
  const { request } = evenement;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (url.search === MARQUE) {
    evenement.respondWith(caches.match(request).then((copie) => copie ?? fetch(request)));
    return;
  }
  const surface = request.mode === "navigate" && SURFACE.exec(url.pathname);
  if (surface) evenement.respondWith(charger(evenement, surface[1], url));
});

async function charger(evenement, surface, url) {
  const patience = new Promise((_, abandonner) => setTimeout(abandonner, PATIENCE, new Error("no answer")));
  try {
    const reponse = await Promise.race([fetch(evenement.request), patience]);
    if (reponse.status < 500) {
      evenement.waitUntil(renouveler().catch(() => {}));
      return reponse;
    }
  } catch { /* away, or too slow */ }
  return horsLigne(surface, url);
}

const MOTS = {
  borne: {
    titre: "Adressez‑vous à l’accueil",
    phrases: ["Cette borne ne peut pas donner de numéro pour l’instant.", "À l’accueil, on vous en donne un."],
    suite: "La borne se remettra en marche toute seule.",
    ailleurs: [
      ["en", "ltr", "Please go to the welcome desk: they will give you a number."],
      ["es", "ltr", "Diríjase a la acogida: le darán un número."],
      ["ar", "rtl", "يرجى التوجه إلى الاستقبال، وسيعطونكم رقمًا."],
      ["uk", "ltr", "Зверніться на прийом: там вам дадуть номер."],
    ],
  },
  ecran: {
    titre: "Gardez votre numéro",
    phrases: ["Cet écran est arrêté pour l’instant. Votre place est gardée.", "L’accueil vous renseigne."],
    suite: "L’écran se remettra en marche tout seul.",
    ailleurs: [
      ["en", "ltr", "This screen has stopped. You keep your turn: ask at the welcome desk."],
      ["es", "ltr", "Esta pantalla se ha detenido. Conserva su turno: pregunte en la acogida."],
      ["ar", "rtl", "توقفت هذه الشاشة. دوركم محفوظ: اسألوا في الاستقبال."],
      ["uk", "ltr", "Цей екран зупинився. Ваша черга зберігається: запитайте на прийомі."],
    ],
  },
};

/* The pictogram of Accueil, as in icones/pictos.svg. */
const BULLE = '<path d="M6 4.5h12a2.5 2.5 0 0 1 2.5 2.5v7.5A2.5 2.5 0 0 1 18 17h-5.5L8 20.8V17H6a2.5 2.5 0 0 1-2.5-2.5V7A2.5 2.5 0 0 1 6 4.5z"/><path d="M9.9 8.9a2.2 2.2 0 1 1 3.2 2c-.7.35-1.1.8-1.1 1.5"/><path d="M12 14.3v.01"/>';
const POLITIQUE = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function horsLigne(surface, url) {
  const { titre, phrases, suite, ailleurs } = MOTS[surface];
  const reprise = surface === "borne" ? "/borne/" : url.pathname;
  const liens = FICHIERS.filter((nom) => nom.includes("/css/")).map((nom) => `<link rel="stylesheet" href="${nom}">`).join("");
  const langues = ailleurs.map(([langue, sens, phrase]) => `<li lang="${langue}" dir="${sens}">${phrase}</li>`).join("");
  const html = `<!doctype html>
<html lang="fr" dir="ltr" class="borne"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${titre}</title>${liens}</head>
<body class="appareil hors-ligne ${surface}" data-reprise="${reprise}"><main class="appareil-corps">
<div class="borne-confirmer" data-teinte="accueil">
<div class="borne-porte"><svg class="picto" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${BULLE}</svg><h1>${titre}</h1></div>
<div class="borne-suite"><div class="borne-mots">${phrases.map((phrase) => `<p>${phrase}</p>`).join("")}</div>
<ul class="borne-ailleurs">${langues}</ul>
<p class="decompte"><span class="sablier" aria-hidden="true"></span>${suite}</p></div></div>
</main><script src="/static/js/borne.js${MARQUE}" defer></script></body></html>`;
  const entetes = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Content-Security-Policy": POLITIQUE };
  return new Response(html, { status: 503, headers: entetes });
}
