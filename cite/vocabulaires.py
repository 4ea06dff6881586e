"""The words every Cité starts with (design, section 7). Seeded once by ``amorcer``, then edited in the admin."""

from datetime import time

# code, letter, hue and pictogram, name, short name, translations of (name, short name)
POLES = [
    ("accueil", "A", "Accueil", "Accueil", {
        "en": ("Welcome", "Welcome"),
        "es": ("Acogida", "Acogida"),
        "ar": ("الاستقبال", "الاستقبال"),
        "uk": ("Прийом", "Прийом"),
    }),
    ("orientation", "O", "Choisir son orientation", "Orientation", {
        "en": ("Finding your way", "Guidance"),
        "es": ("Elegir su orientación", "Orientación"),
        "ar": ("اختيار التوجيه المناسب", "التوجيه"),
        "uk": ("Обрати свій шлях", "Орієнтація"),
    }),
    ("formation", "F", "Trouver une formation", "Formation", {
        "en": ("Finding a training course", "Training"),
        "es": ("Encontrar una formación", "Formación"),
        "ar": ("إيجاد تكوين", "التكوين"),
        "uk": ("Знайти навчання", "Навчання"),
    }),
    ("emploi", "E", "Trouver un emploi", "Emploi", {
        "en": ("Finding a job", "Jobs"),
        "es": ("Encontrar un empleo", "Empleo"),
        "ar": ("إيجاد عمل", "العمل"),
        "uk": ("Знайти роботу", "Робота"),
    }),
    ("changer", "C", "Changer sa vie professionnelle", "Changer", {
        "en": ("Changing your working life", "Change"),
        "es": ("Cambiar de vida profesional", "Cambiar"),
        "ar": ("تغيير الحياة المهنية", "التغيير"),
        "uk": ("Змінити професійне життя", "Зміни"),
    }),
    ("activite", "P", "Créer son activité", "Activité", {
        "en": ("Starting your own business", "Business"),
        "es": ("Crear su actividad", "Actividad"),
        "ar": ("إنشاء مشروع خاص", "المشاريع"),
        "uk": ("Почати власну справу", "Власна справа"),
    }),
]  # fmt: skip

# slug, pole, large, phrase, precision, translations of (phrase, precision)
QUESTIONS = [
    ("je-cherche-ma-voie", "orientation", False, "Je cherche ma voie", "Métiers, études, points forts", {
        "en": ("I am looking for my path", "Occupations, studies, strengths"),
        "es": ("Busco mi camino", "Profesiones, estudios, puntos fuertes"),
        "ar": ("أبحث عن طريقي", "المهن والدراسة ونقاط القوة"),
        "uk": ("Я шукаю свій шлях", "Професії, навчання, сильні сторони"),
    }),
    ("je-cherche-une-formation", "formation", False, "Je cherche une formation", "Formation, alternance, financement", {
        "en": ("I am looking for training", "Courses, apprenticeship, funding"),
        "es": ("Busco una formación", "Cursos, alternancia, financiación"),
        "ar": ("أبحث عن تكوين", "دورات وتدريب وتمويل"),
        "uk": ("Я шукаю навчання", "Курси, учнівство, фінансування"),
    }),
    ("je-cherche-un-emploi", "emploi", False, "Je cherche un emploi", "CV, candidatures, entretiens d’embauche", {
        "en": ("I am looking for a job", "CV, applications, job interviews"),
        "es": ("Busco un empleo", "CV, candidaturas, entrevistas de trabajo"),
        "ar": ("أبحث عن عمل", "السيرة الذاتية والترشيح والمقابلات"),
        "uk": ("Я шукаю роботу", "Резюме, заявки, співбесіди"),
    }),
    ("je-veux-changer", "changer", False, "Je veux changer de vie professionnelle", "Reconversion, bilan, droits", {
        "en": ("I want to change my working life", "Retraining, skills review, rights"),
        "es": ("Quiero cambiar de vida profesional", "Reconversión, balance, derechos"),
        "ar": ("أريد تغيير حياتي المهنية", "تغيير المهنة وتقييم المهارات والحقوق"),
        "uk": ("Я хочу змінити професійне життя", "Перекваліфікація, оцінка, права"),
    }),
    ("je-veux-creer", "activite", False, "Je veux créer mon activité", "Idée, projet, reprise d’entreprise", {
        "en": ("I want to start my own business", "Idea, project, takeover"),
        "es": ("Quiero crear mi actividad", "Idea, proyecto, traspaso de empresa"),
        "ar": ("أريد إنشاء مشروعي", "فكرة أو مشروع أو استلام مؤسسة"),
        "uk": ("Я хочу почати власну справу", "Ідея, проєкт, купівля бізнесу"),
    }),
    ("par-ou-commencer", "accueil", True, "Je ne sais pas par où commencer", "Quelqu’un vous écoute à l’accueil", {
        "en": ("I don’t know where to start", "Someone at the welcome desk will listen to you"),
        "es": ("No sé por dónde empezar", "Alguien le escucha en la acogida"),
        "ar": ("لا أعرف من أين أبدأ", "هناك من يستمع إليك في الاستقبال"),
        "uk": ("Я не знаю, з чого почати", "На прийомі вас вислухають"),
    }),
]  # fmt: skip

# theme → the poles that most often speak of it (none: all)
THEMES = [
    ("Découvrir un métier ou un secteur", ["orientation", "changer"]),
    ("Points forts et compétences", ["orientation", "changer", "emploi"]),
    ("Confirmer un choix", ["orientation", "changer"]),
    ("Trouver sa formation", ["formation", "orientation"]),
    ("Alternance", ["formation", "orientation"]),
    ("Financement d’une formation", ["formation", "changer"]),
    ("Validation des acquis (VAE)", ["formation", "changer"]),
    ("Bilan de compétences", ["changer", "orientation"]),
    ("CV et lettre", ["emploi"]),
    ("Organiser sa recherche", ["emploi"]),
    ("Réseau", ["emploi", "activite"]),
    ("Entretien d’embauche", ["emploi"]),
    ("Candidatures spontanées", ["emploi"]),
    ("Maintien dans l’emploi", ["changer", "emploi"]),
    ("Reconversion", ["changer"]),
    ("Deuxième partie de carrière", ["changer"]),
    ("Créer ou reprendre une activité", ["activite"]),
    ("Fonction publique", ["emploi", "orientation"]),
    ("Handicap et emploi", []),
    ("Diplômes étrangers", ["orientation", "formation"]),
    ("Emploi à l’étranger", ["emploi"]),
    ("Maîtriser le français", []),
    ("Illettrisme", ["accueil", "formation"]),
    ("Numérique", []),
    ("Mobilité", []),
    ("Garde d’enfants", []),
    ("Accès aux droits, discriminations", []),
]

PUBLICS = [
    "Tous publics", "Collégiens et lycéens", "Étudiants", "Parents", "Jeunes", "Demandeurs d’emploi", "Salariés",
    "Indépendants", "Agents publics", "Porteurs de projet", "Seniors", "Personnes handicapées", "Personnes exilées",
    "Allophones", "Professionnels de l’accompagnement",
]  # fmt: skip

# name, seats, wheelchair access, hearing loop
SALLES = [
    ("Salle du Parc", 60, True, True),
    ("Salle des Ateliers", 18, True, False),
    ("Petite salle", 8, True, False),
]

# day (0 is Monday), opens, closes: Tuesday to Friday 10–18 h, a late Thursday, Saturday 12–18 h
HORAIRES = [
    (1, time(10), time(18)),
    (2, time(10), time(18)),
    (3, time(10), time(20)),
    (4, time(10), time(18)),
    (5, time(12), time(18)),
]

# name, how to get there
GUICHETS = [
    ("1", "à gauche de l’entrée"),
    ("2", "à gauche de l’entrée"),
    ("3", "au fond à gauche"),
    ("4", "au fond à droite"),
    ("5", "derrière la documentation"),
    ("6", "à côté de l’accueil"),
]

# text, minutes shown, translations
MESSAGES = [
    ("La Cité ferme dans un quart d’heure. Les entretiens commencés vont à leur terme.", 15, {
        "en": "We close in a quarter of an hour. Interviews already begun will be finished.",
        "es": "Cerramos en un cuarto de hora. Las entrevistas empezadas se terminarán.",
        "ar": "نغلق بعد ربع ساعة. المقابلات التي بدأت تستمر حتى نهايتها.",
        "uk": "Ми зачиняємося за чверть години. Розпочаті бесіди буде завершено.",
    }),
    ("Un atelier commence dans quelques minutes. Renseignez-vous à l’accueil : c’est libre et gratuit.", 10, {
        "en": "A workshop starts in a few minutes. Ask at the welcome desk: it is free and open to all.",
        "es": "Un taller empieza en unos minutos. Pregunte en la acogida: es libre y gratuito.",
        "ar": "تبدأ ورشة بعد دقائق. اسألوا في الاستقبال: الدخول حر ومجاني.",
        "uk": "За кілька хвилин починається майстерня. Запитайте на прийомі: вхід вільний і безкоштовний.",
    }),
    ("Il y a du monde ce matin. La documentation est en libre accès pendant l’attente.", 30, {
        "en": "It is a busy morning. The documents are free to consult while you wait.",
        "es": "Hay mucha gente esta mañana. La documentación es de libre acceso durante la espera.",
        "ar": "المكان مزدحم هذا الصباح. يمكنكم الاطلاع على الوثائق بحرية أثناء الانتظار.",
        "uk": "Сьогодні вранці багато відвідувачів. Поки чекаєте, користуйтеся документацією.",
    }),
    ("La borne est en panne. L’accueil vous donne votre numéro.", 60, {
        "en": "The ticket kiosk is out of order. The welcome desk gives you your number.",
        "es": "El dispensador no funciona. La acogida le da su número.",
        "ar": "جهاز التذاكر معطل. الاستقبال يعطيكم رقمكم.",
        "uk": "Термінал не працює. Номер видадуть на прийомі.",
    }),
    ("Exercice d’évacuation : merci de rejoindre la sortie la plus proche, sans courir.", 15, {
        "en": "Evacuation drill: please walk to the nearest exit.",
        "es": "Simulacro de evacuación: diríjase a la salida más cercana, sin correr.",
        "ar": "تمرين إخلاء: يرجى التوجه إلى أقرب مخرج دون جري.",
        "uk": "Навчальна евакуація: пройдіть до найближчого виходу, не біжіть.",
    }),
]  # fmt: skip
