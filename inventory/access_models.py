"""Who may see what, and who saw whose name: written down with who and why, never rewritten."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class DepartmentScope(models.Model):
    """The departments that a user is limited to. Without a row: the whole company.

    A row without departments lets the user see nothing: losing a department never widens.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="department_scope")
    departments = models.JSONField(default=list, help_text="as the directory names them")

    def __str__(self) -> str:
        return ", ".join(self.departments)


class AccessChange(models.Model):
    """A change of somebody's roles or departments."""

    account = models.CharField(max_length=254, help_text="e-mail address of the account that was changed")
    before = models.JSONField(help_text="roles, and departments or nothing for the whole company")
    after = models.JSONField(help_text="the same")
    actor = models.CharField(max_length=254)
    reason = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(actor=""),
                name="access_change_has_actor_and_reason",
                violation_error_message="Say who changes the access, and why.",
            ),
        ]


#: Hours that a name can be opened for, and what a form offers.
LONGEST_OPENING = 8
OPENING_HOURS = (1, 4, LONGEST_OPENING)


class NameOpening(models.Model):
    """Somebody opened the name behind a pseudonym, for some hours. The person concerned sees it.

    Persons are derived and may be worked out anew, so whose name it is stands as an e-mail address.
    """

    opened_by = models.CharField(max_length=254, help_text="e-mail address of the account")
    role = models.CharField(max_length=40, help_text="whose pseudonym it was")
    person = models.CharField(max_length=254, help_text="e-mail address of the person concerned")
    reason = models.TextField()
    hours = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(opened_by="") & ~Q(person=""),
                name="name_opening_says_who_whose_why",
                violation_error_message="Say why you open this name.",
            ),
            models.CheckConstraint(
                condition=Q(hours__gte=1, hours__lte=LONGEST_OPENING),
                name="name_opening_is_bounded",
                violation_error_message="A name is opened for one to eight hours.",
            ),
            models.CheckConstraint(condition=Q(until__gt=F("opened_at")), name="name_opening_ends_later"),
        ]
        indexes = [
            models.Index(
                fields=["opened_by", "until"], name="name_opening_in_force"
            ),  # every page with people
            models.Index(fields=["person"], name="name_opening_of_person"),  # my data
        ]
