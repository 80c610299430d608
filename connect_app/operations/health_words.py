"""Says to an administrator how healthy a site is, and what to do about it, in French and in English, by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connect_app.operations.site_words import LANGUAGES
from connect_app.operations.site_words import SENTENCES as SITE_SENTENCES

SENTENCES: Mapping[str, tuple[str, str]] = {
    "worker": ("Un processus de travail est en vie.", "A worker is alive."),
    "worker-silent": (
        "Aucun processus de travail ne donne signe de vie : rien n'est fait.",
        "No worker gives a sign of life: nothing is done.",
    ),
    "in-time": ("Rien n'est en retard.", "Nothing is late."),
    "late": (
        "{count} demande(s) attendent depuis plus de {minutes} minutes une étape qui est due.",
        "{count} request(s) have waited for more than {minutes} minutes for a step that is due.",
    ),
    "inbox-full": ("{count} webhooks reçus attendent d'être traités.", "{count} received webhooks wait to be handled."),
    "no-job-failed": ("Aucun travail n'a échoué.", "No job has failed."),
    "jobs-failed": ("{count} travail ou travaux ont échoué.", "{count} job(s) have failed."),
    "mode-dry_run": (
        "{project} : mode d'essai, Relance note ce qu'elle ferait et ne touche à rien.",
        "{project}: dry run, Relance writes down what it would do and touches nothing.",
    ),
    "mode-off": ("{project} : arrêté, aucun engagement n'est tenu.", "{project}: off, no promise is kept."),
    "pack-gone": (
        "{project} suit le pack « {pack} », qui n'existe plus.",
        "{project} follows the pack “{pack}”, which is no longer there.",
    ),
    "closures-held": (
        "{project} : {count} fermeture(s) retenue(s), car trop nombreuses d'un coup.",
        "{project}: {count} closure(s) held, being too many at once.",
    ),
    "project-hidden": (
        "{project} : Jira ne nous montre pas ce projet (supprimé, ou droit de le parcourir retiré).",
        "{project}: Jira does not show us this project (deleted, or the right to browse it taken away).",
    ),
    "project-silent": (
        "{project} : Jira ne répond pas pour le moment.",
        "{project}: Jira does not answer at the moment.",
    ),
    "statuses-there": ("{project} : tous les statuts du pack existent.", "{project}: every status of the pack exists."),
    "statuses-missing": ("{project} : statuts absents : {names}.", "{project}: statuses missing: {names}."),
    "types-there": (
        "{project} : tous les types de demande du pack existent.",
        "{project}: every issue type of the pack exists.",
    ),
    "types-missing": ("{project} : types de demande absents : {names}.", "{project}: issue types missing: {names}."),
    "field-missing": (
        "{project} : pas de champ « {name} » ; ce que le pack en exige n'est pas vérifié ({guards}).",
        "{project}: no field “{name}”; what the pack asks of it is not checked ({guards}).",
    ),
    "no-drift": (
        "{project} : nos délais et ceux de Jira concordent ({compared} demandes comparées).",
        "{project}: our clocks and Jira's agree ({compared} requests compared).",
    ),
    "drift": (
        "{project} : {count} différence(s) entre nos délais et ceux de Jira ({compared} demandes comparées) : {first}.",
        "{project}: {count} difference(s) between our clocks and Jira's ({compared} requests compared): {first}.",
    ),
    "nothing-to-compare": (
        "{project} : le pack ne nomme aucun délai de Jira, il n'y a rien à comparer.",
        "{project}: the pack names no clock of Jira, there is nothing to compare.",
    ),
}
"""Beside the sentences of `site_words`, which the checks of a site use too."""

_APPLY_PACK = (
    "Appliquez le pack : python -m scripts.provision plan, puis apply ; liez ensuite le projet de nouveau.",
    "Apply the pack: python -m scripts.provision plan, then apply; bind the project again afterwards.",
)
_NEW_TOKEN = (
    "Créez un nouveau jeton pour le compte de service et donnez-le à Relance (Sites, ou « scripts.site rotate »).",
    "Make a new token for the service account and give it to Relance (Sites, or `scripts.site rotate`).",
)
_WEBHOOK = (
    (
        "Ouvrez les webhooks de Jira (Paramètres > Système > WebHooks), vérifiez celui de Relance : activé, adresse et "
        "secret exacts ; pour l'app, réinstallez-la. La synchronisation horaire rattrape ce qui a été perdu."
    ),
    (
        "Open Jira's webhooks (Settings > System > WebHooks) and check Relance's: enabled, address and secret exact; "
        "for the app, install it again. The hourly sweep finds what was lost."
    ),
)
_WORKER = (
    "Démarrez un processus de travail : python -m scripts.worker (ou serve --worker), et lisez son journal.",
    "Start a worker: python -m scripts.worker (or serve --worker), and read its log.",
)

REMEDIES: Mapping[str, tuple[str, str]] = {
    "state-disabled": (
        "Reprenez le travail sur le site (Sites, ou « scripts.site resume ») ; pour l'app, activez-la dans Jira.",
        "Resume the site (Sites, or `scripts.site resume`); for the app, enable it in Jira.",
    ),
    "state-unreachable": (
        "Donnez un nouveau jeton, ou réinstallez l'app ; ce qui attend reprend alors tout seul.",
        "Give a new token, or install the app again; what waits goes on by itself then.",
    ),
    "state-locked": (
        "Connectez-vous une fois à Jira dans un navigateur avec ce compte, répondez au CAPTCHA, puis donnez un jeton.",
        "Log in to Jira once in a browser with this account, answer the CAPTCHA, then give a token.",
    ),
    "state-uninstalled": ("Ajoutez le site de nouveau.", "Add the site again."),
    "still-refused": _NEW_TOKEN,
    "token-refused": _NEW_TOKEN,
    "token-ended": _NEW_TOKEN,
    "token-ends-soon": _NEW_TOKEN,
    "locked": (
        "Connectez-vous une fois à Jira dans un navigateur avec ce compte et répondez au CAPTCHA.",
        "Log in to Jira once in a browser with this account and answer the CAPTCHA.",
    ),
    "moved": (
        "Ajoutez le site à sa nouvelle adresse ; tout ce qui en est connu est gardé.",
        "Add the site at its new address; everything known of it is kept.",
    ),
    "silent": ("Rien : vérifiez de nouveau dans quelques minutes.", "Nothing: check again in a few minutes."),
    "project-silent": ("Rien : vérifiez de nouveau dans quelques minutes.", "Nothing: check again in a few minutes."),
    "token-end-unknown": (
        "Notez la fin du jeton en le renouvelant, pour être prévenu à temps.",
        "Give the token's end when you renew it, to be warned in time.",
    ),
    "may-administer": (
        "Donnez au compte de service la permission globale « Administer Jira ».",
        "Give the service account the global permission Administer Jira.",
    ),
    "may-not-work": (
        (
            "Donnez ces permissions à notre compte dans le schéma d'autorisations du projet (rôle de l'équipe, ou rôle "
            "atlassian-addons-project-access pour l'app)."
        ),
        (
            "Give our account these permissions in the project's permission scheme (the team's role, or the role "
            "atlassian-addons-project-access for the app)."
        ),
    ),
    "nothing-bound": ("Liez un projet à un pack (Projets).", "Bind a project to a pack (Projects)."),
    "clock": (
        "Réglez l'heure de la machine (NTP) : au-delà de quelques minutes, les signatures sont refusées.",
        "Set the machine's time (NTP): beyond some minutes, signatures are refused.",
    ),
    "our-address-http": (
        "Mettez un certificat reconnu devant Relance et RELANCE_BASE_URL en https.",
        "Put a trusted certificate before Relance and make RELANCE_BASE_URL https.",
    ),
    "no-delivery": _WEBHOOK,
    "delivery-old": _WEBHOOK,
    "worker-silent": _WORKER,
    "late": _WORKER,
    "inbox-full": _WORKER,
    "jobs-failed": ("Lisez l'erreur et relancez-les (Travaux).", "Read the error and retry them (Jobs)."),
    "mode-dry_run": (
        "Lisez l'audit ; quand il dit ce que vous attendez, mettez le projet en marche (Projets).",
        "Read the audit; when it says what you expect, switch the project on (Projects).",
    ),
    "mode-off": ("Mettez le projet à l'essai ou en marche (Projets).", "Try the project or switch it on (Projects)."),
    "pack-gone": (
        "Liez le projet à un pack qui existe (Projets).",
        "Bind the project to a pack that exists (Projects).",
    ),
    "closures-held": (
        "Lisez-les et libérez-les si elles sont justes (Fermetures retenues).",
        "Read them and release them if they are right (Held closures).",
    ),
    "project-hidden": (
        "Rendez à notre compte le droit de parcourir le projet, ou arrêtez le projet ici.",
        "Give our account the right to browse the project again, or switch the project off here.",
    ),
    "statuses-missing": _APPLY_PACK,
    "types-missing": _APPLY_PACK,
    "field-missing": _APPLY_PACK,
    "drift": (
        (
            "python -m scripts.explain --drift --project {project} dit chaque différence ; docs/sla.md dit d'où elles "
            "viennent d'ordinaire (pauses, calendrier, objectif)."
        ),
        (
            "python -m scripts.explain --drift --project {project} tells each difference; docs/sla.md says where they "
            "usually come from (pauses, calendar, goal)."
        ),
    ),
}


def finding_said(code: str, language: str, facts: Mapping[str, Any]) -> str:
    """What was found, in one language; KeyError for an unknown code."""
    texts = SENTENCES.get(code) or SITE_SENTENCES[code]
    return texts[LANGUAGES.index(language)].format(**facts).strip()


def remedy_said(code: str, language: str, facts: Mapping[str, Any]) -> str | None:
    """What to do about it; None where there is nothing to do."""
    texts = REMEDIES.get(code)
    return None if texts is None else texts[LANGUAGES.index(language)].format(**facts)
