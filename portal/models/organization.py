"""Organizations, people and what they are in each organization."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import connection, models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from portal.ids import uuid7
from portal.models.base import TenantModel, organization_field
from portal.roles import Role


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all IANA time zones; found out once, for the folders that hold them are many."""
    return frozenset(available_timezones())


def validate_time_zone(name: str) -> None:
    """Refuse a name that is not an IANA time zone."""
    if name not in time_zones():
        raise ValidationError(f"time zone: `{name}` is not an IANA name; use one such as `Europe/Berlin`")


class Organization(models.Model):
    """A customer of the portal; everything else belongs to exactly one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    currency = models.CharField(
        max_length=3,
        default="USD",
        validators=[RegexValidator(r"^[A-Z]{3}$", "currency: give an ISO 4217 code such as `USD`")],
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        permissions = [("work_approvals", "Can work the approval queue")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """People, found for sign-in through a definer function because nobody is signed in yet."""

    def get_by_natural_key(self, username: str | None) -> User:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, email, name, password, is_active FROM portal_sign_in_lookup(%s)", [username or ""]
            )
            row = cursor.fetchone()
        if row is None:
            raise self.model.DoesNotExist
        return self.model(**dict(zip(("id", "email", "name", "password", "is_active"), row, strict=True)))


class User(AbstractBaseUser):
    """A person who signs in by e-mail. What they may do is a membership's role, never a flag here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    last_login = None  # sign-ins are events of the trail; the framework would write this before anybody is known
    created_at = models.DateTimeField(default=timezone.now, editable=False)  # not the database's: nothing to return

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_email")]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    def get_full_name(self) -> str:
        return self.name

    # Nobody in an organization is a superuser and staff decides nothing: the admin site asks the role.
    is_superuser = False

    @property
    def is_staff(self) -> bool:
        return False

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class Membership(TenantModel):
    """What one person is in one organization. Never deleted, only deactivated: the trail refers to it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in Role])
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name, verbose_name_plural = "person", "people"
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="one_membership_per_person"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="membership_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({Role(self.role).label})"

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Leave the person to the foreign key itself: who is not a member yet cannot be seen from here."""
        super().clean_fields(exclude={*(exclude or ()), "user"})


class OrganizationUserPermission(UserObjectPermissionBase):
    """A capability granted to one person in the organization, such as working the approval queue."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = organization_field()
    content_object = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")

    class Meta(UserObjectPermissionBase.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(content_object=models.F("organization")),
                name="grant_is_on_its_own_organization",
            )
        ]
