"""The personas of the sample company, who exist only in a database marked as demo."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, Group
from django.db import transaction
from django.db.models import QuerySet

from inventory.access import Role, person_of
from inventory.models import Installation


class NotADemo(Exception):
    """One sentence that says why."""


@dataclass(frozen=True)
class Persona:
    """Somebody to sign in as. The password is no secret: it opens sample data only."""

    role: Role
    name: str
    sees: str

    @property
    def email(self) -> str:
        return f"{self.role.replace(' ', '-')}@norrland.example"

    @property
    def password(self) -> str:
        return f"{self.role.replace(' ', '-')}-in-the-demo"


PERSONAS = (
    Persona(Role.EMPLOYEE, "Lena Sjöberg", "what is kept on them"),
    Persona(Role.PROCUREMENT, "Marta Keller", "tools"),
    Persona(Role.SECURITY, "Tomasz Wieczorek", "tools"),
    Persona(Role.FINANCE, "Amara Okafor", "tools"),
    Persona(Role.PRIVACY_OFFICER, "Ilse Brandt", "figures without names"),
    Persona(Role.AUDITOR, "Noor Haddad", "tools, without changing anything"),
    Persona(Role.ADMINISTRATOR, "Hanna Lindqvist", "figures without names, sources"),
)


def demo_accounts() -> QuerySet[AbstractUser]:
    """Accounts with addresses of personas: their passwords stand in the source."""
    return get_user_model().objects.filter(email__in=[persona.email for persona in PERSONAS], is_active=True)


def mark_as_demo(company: str) -> None:
    """Say that this database holds the sample company and nothing else."""
    Installation.objects.update_or_create(pk=1, defaults={"company": company, "demo": True})


def create_personas() -> tuple[Persona, ...]:
    """Make the personas where they are missing; raises NotADemo elsewhere than in a demo."""
    if not Installation.objects.filter(pk=1, demo=True).exists():
        raise NotADemo(
            "this installation is not marked as demo, so it has no personas; run make demo for one"
        )
    for persona in PERSONAS:
        _create(persona)
    return PERSONAS


def name_personas() -> None:
    """Call each persona by the name of the person of the company whose address it has, once that is read."""
    for user in demo_accounts():
        person = person_of(user)
        first, _, last = person.name.partition(" ") if person else ("", "", "")
        if first and (user.first_name, user.last_name) != (first, last):
            user.first_name, user.last_name = first, last
            user.save(update_fields=["first_name", "last_name"])


@transaction.atomic
def _create(persona: Persona) -> None:
    first, _, last = persona.name.partition(" ")
    user, made = get_user_model().objects.get_or_create(
        username=persona.email, defaults={"email": persona.email, "first_name": first, "last_name": last}
    )
    if made or not user.check_password(persona.password):
        user.set_password(persona.password)
        user.save(update_fields=["password"])
    group, _ = Group.objects.get_or_create(name=persona.role.value)
    user.groups.set([group])
