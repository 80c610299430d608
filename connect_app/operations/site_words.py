"""The sentences about sites that come in with a token, in French and in English, by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connect_app.operations.add_site import Hook

LANGUAGES = ("fr", "en")

SENTENCES: Mapping[str, tuple[str, str]] = {
    # What is refused
    "http": (
        "{address} : seule une adresse https est acceptée, le jeton ne part jamais en clair.",
        "{address}: only an https address is accepted, the token never travels in clear.",
    ),
    "private-address": (
        "{address} : une adresse privée ou de cette machine n'est pas un site Jira Cloud.",
        "{address}: a private address, or one of this machine, is no Jira Cloud site.",
    ),
    "other-host": (
        "{address} : ce n'est pas un hôte Jira autorisé (RELANCE_ALLOWED_JIRA_HOSTS : {hosts}).",
        "{address}: not an allowed Jira host (RELANCE_ALLOWED_JIRA_HOSTS: {hosts}).",
    ),
    "odd-address": ("{address} : adresse illisible.", "{address}: the address cannot be read."),
    "token-refused": (
        "{address} : Jira refuse l'e-mail ou le jeton (faux, expiré ou révoqué).",
        "{address}: Jira refuses the e-mail or the token (wrong, expired or revoked).",
    ),
    "locked": (
        "{address} : Jira bloque cette connexion (CAPTCHA). Connectez-vous une fois dans un navigateur avec ce compte.",
        "{address}: Jira denies this login (CAPTCHA). Log in once in a browser with this account.",
    ),
    "moved": (
        "{address} : le site répond maintenant à {location} ; ajoutez-le à cette adresse, rien n'est perdu.",
        "{address}: the site answers from {location} now; add it at that address, nothing is lost.",
    ),
    "silent": (
        "{address} : pas de réponse de Jira pour le moment ; réessayez.",
        "{address}: Jira does not answer at the moment; try again.",
    ),
    "left-the-site": (
        "{address} : la requête sortait du site, le jeton n'a pas été envoyé.",
        "{address}: the request left the site, the token was not sent.",
    ),
    "not-jira": ("{address} : ce n'est pas un site Jira.", "{address}: this is no Jira site."),
    "customer-account": (
        "{address} : ce compte est un client du portail ; il faut un compte d'agent.",
        "{address}: this account is a customer of the portal; an agent's account is needed.",
    ),
    "no-cloud-id": (
        "{address} : le cloudId du site n'a pas été trouvé, la passerelle ne peut pas être utilisée.",
        "{address}: the site's cloudId was not found, the gateway cannot be used.",
    ),
    "already-added": (
        "{address} est déjà là ; « site rotate » change son jeton ou son secret.",
        "{address} is already there; `site rotate` changes its token or its secret.",
    ),
    "other-door": (
        "{address} n'est pas entré par un jeton : cette commande ne le concerne pas.",
        "{address} did not come in with a token: this command is not about it.",
    ),
    "removed": ("{address} a été retiré ; ajoutez-le de nouveau.", "{address} was removed; add it again."),
    "not-paused": ("{address} n'est pas en pause.", "{address} is not paused."),
    "unknown-site": ("Aucun site {address} ; connus : {known}.", "No site {address}; known: {known}."),
    # What is found
    "state-installed": ("{address} (porte {door}) : en service.", "{address} (door {door}): at work."),
    "state-disabled": ("{address} (porte {door}) : en pause.", "{address} (door {door}): paused."),
    "state-unreachable": (
        "{address} (porte {door}) : refuse nos identifiants ou a déménagé ; les travaux attendent. {trouble}",
        "{address} (door {door}): refuses our credentials or has moved; its jobs wait. {trouble}",
    ),
    "state-locked": (
        "{address} (porte {door}) : connexion bloquée par Jira (CAPTCHA) ; plus rien n'est demandé. {trouble}",
        "{address} (door {door}): login denied by Jira (CAPTCHA); nothing more is asked. {trouble}",
    ),
    "state-uninstalled": ("{address} (porte {door}) : retiré.", "{address} (door {door}): removed."),
    "still-refused": ("Jira refuse toujours nos identifiants.", "Jira still refuses our credentials."),
    "login": ("Jira accepte nos identifiants.", "Jira accepts our credentials."),
    "token-end-unknown": (
        "Fin du jeton inconnue (365 jours au plus) ; donnez-la avec « site rotate --ends ».",
        "The token's end is not known (365 days at most); give it with `site rotate --ends`.",
    ),
    "token-ends": ("Le jeton vaut jusqu'au {date}.", "The token is good until {date}."),
    "token-ends-soon": (
        "Le jeton expire le {date}, dans {days} jours : renouvelez-le.",
        "The token ends on {date}, in {days} days: renew it.",
    ),
    "token-ended": ("Le jeton a expiré le {date}.", "The token ended on {date}."),
    "may-administer": (
        "Permission globale « Administer Jira » (dire qui est agent et qui est client)",
        "Global permission Administer Jira (to tell agents from customers)",
    ),
    "may-work": ("{project} : toutes les permissions.", "{project}: every permission."),
    "may-not-work": ("{project} : il manque {permissions}.", "{project}: {permissions} missing."),
    "nothing-bound": ("Aucun projet n'est encore lié (scripts.bind).", "No project is bound yet (scripts.bind)."),
    "clock": ("Écart avec l'horloge de Jira : {seconds} s.", "Distance from Jira's clock: {seconds} s."),
    "our-address": ("Adresse publique : {address}.", "Public address: {address}."),
    "our-address-http": (
        "Adresse publique {address} : Jira n'appelle que https, avec un certificat reconnu.",
        "Public address {address}: Jira calls https only, with a trusted certificate.",
    ),
    "webhook-created": ("Le webhook est créé dans Jira.", "The webhook is made in Jira."),
    "webhook-refused": (
        "Jira n'a pas laissé créer le webhook ({reason}) ; créez-le à la main.",
        "Jira did not let us make the webhook ({reason}); make it by hand.",
    ),
    "webhook-unsigned": (
        "Jira a créé le webhook sans son secret : ouvrez-le et saisissez-le, sinon rien n'est accepté.",
        "Jira made the webhook without its secret: open it and type it in, or nothing is accepted.",
    ),
    "no-delivery": (
        "Aucun webhook reçu ces derniers jours : modifiez une demande et vérifiez de nouveau.",
        "No webhook was received in the last days: edit any request and check again.",
    ),
    "delivery-old": ("Dernier webhook reçu : {at}, il y a longtemps.", "Last webhook received: {at}, long ago."),
    "delivery": ("Dernier webhook reçu : {at}.", "Last webhook received: {at}."),
}

STEPS: Mapping[str, str] = {
    "fr": """\
Créez maintenant le webhook dans Jira :
 1. Ouvrez {address}/plugins/servlet/webhooks (Paramètres > Système > WebHooks), puis « Créer un WebHook ».
 2. Nom : Relance. État : activé.
 3. URL : {url}
 4. Secret : {secret}
    (affiché cette seule fois ; il n'est pas dans l'URL)
 5. JQL : {jql}
 6. Cochez exactement ces événements :
{events}
 7. Laissez « Exclure le corps » décoché. Enregistrez.
 8. Modifiez une demande, puis : python -m scripts.site check {address}
""",
    "en": """\
Now create the webhook in Jira:
 1. Open {address}/plugins/servlet/webhooks (Settings > System > WebHooks), then Create a WebHook.
 2. Name: Relance. Status: enabled.
 3. URL: {url}
 4. Secret: {secret}
    (shown this once; it is not in the URL)
 5. JQL: {jql}
 6. Tick exactly these events:
{events}
 7. Leave Exclude body unticked. Save.
 8. Edit any request, then: python -m scripts.site check {address}
""",
}

SPOKEN: Mapping[str, tuple[str, str]] = {
    "added": ("{address} est ajouté.", "{address} is added."),
    "moved-in": (
        "{address} passe par un jeton ; tout ce qui en était connu est gardé. Désinstallez l'app dans Jira.",
        "{address} comes in with a token now; everything known of it is kept. Uninstall the app in Jira.",
    ),
    "shared": (
        "Agit comme « {name} ». Mieux vaut un compte de service que personne d'autre n'utilise.",
        "Acts as “{name}”. A service account that nobody else uses is better.",
    ),
    "token-renewed": ("Nouveau jeton accepté ; le site est balayé.", "The new token is accepted; the site is swept."),
    "secret-renewed": (
        "Nouveau secret : {secret}\nÀ saisir dans le webhook de Jira d'ici 24 heures ; l'ancien vaut jusque-là.",
        "New secret: {secret}\nType it into Jira's webhook within 24 hours; the old one is valid until then.",
    ),
    "paused": ("{address} est en pause.", "{address} is paused."),
    "resumed": ("{address} reprend ; le site est balayé.", "{address} goes on; the site is swept."),
    "gone": (
        "{address} est retiré. Supprimez aussi le webhook dans Jira et révoquez le jeton.",
        "{address} is removed. Delete the webhook in Jira and revoke the token as well.",
    ),
    "may-move": (
        "{address} : installez l'app sur le site dans les 24 heures ; tout ce qui en est connu est gardé.",
        "{address}: install the app on the site within 24 hours; everything known of it is kept.",
    ),
    "ask-email": ("E-mail du compte de service", "E-mail of the service account"),
    "ask-token": ("Jeton d'API (invisible)", "API token (hidden)"),
    "ask-remove": ("Retirer {address} et oublier ses secrets ?", "Remove {address} and forget its secrets?"),
}


def steps(address: str, hook: Hook, language: str) -> str:
    """What an administrator does in Jira to create a site's webhook, step by step; the secret is in it."""
    events = "\n".join(f"    - {event}" for event in hook.events)
    return STEPS[language].format(address=address, url=hook.url, secret=hook.secret, jql=hook.jql or "-", events=events)


def say(code: str, language: str, **facts: Any) -> str:
    """One sentence in one language; KeyError for an unknown code."""
    texts = SENTENCES.get(code) or SPOKEN[code]
    return texts[LANGUAGES.index(language)].format(**facts).strip()
