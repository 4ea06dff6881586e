"""Who is signed in, in one question: the account and its groups come together."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from cite.models import Agent


class Comptes(ModelBackend):
    """Django's own sign-in by password; each request then asks once for the account and the groups of its roles."""

    def get_user(self, user_id: int) -> Agent | None:
        """Return the active account with its group names ready for `cite.droits.roles_agent`, None if there is none."""
        liens = list(Agent.groups.through.objects.filter(agent=user_id).select_related("agent", "group"))
        if not liens:
            return super().get_user(user_id)
        agent: Agent = liens[0].agent
        agent.noms_des_groupes = frozenset(lien.group.name for lien in liens)
        return agent if self.user_can_authenticate(agent) else None
