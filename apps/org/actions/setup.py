"""The first hour: an empty opsdesk gets its company, its first warehouses and stores, and an administrator."""

from dataclasses import dataclass, field

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, Invalid
from apps.core.locks import one_at_a_time
from apps.org.models import Company, Store, User, Warehouse

ADMINISTRATOR = "it"


@dataclass(frozen=True, slots=True)
class WarehousePlan:
    """A warehouse to begin with."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class StorePlan:
    """A store to begin with. warehouse_code: of one of the planned warehouses, from which it ships."""

    code: str
    name: str
    platform: str
    warehouse_code: str


@dataclass(frozen=True, slots=True)
class CompanyPlan:
    """Everything that the first page asks for. The password is plain here and hashed at once."""

    company: str
    username: str
    name: str
    password: str = field(repr=False)
    warehouses: tuple[WarehousePlan, ...]
    stores: tuple[StorePlan, ...]
    language: str = ""


class AlreadySetUp(Conflict):
    """Somebody has set opsdesk up; from now on users are made by the administrator."""

    code = "already_set_up"


def is_set_up() -> bool:
    """Whether somebody has set opsdesk up. From then on for good, even if every user should be gone."""
    return User.objects.exists() or Company.objects.exists()


@transaction.atomic
def set_up_company(plan: CompanyPlan) -> User:
    """Make the company, warehouses, stores and the first administrator, once.

    Two people who press the button together are let in one after the other: the second finds a user and is refused.
    The caller signs the transaction, because the audit lies above this floor. Raises AlreadySetUp, with nothing
    written, and Invalid for a store that ships from a warehouse that is not planned. Rules: SEC-01, STO-01.
    """
    one_at_a_time("org.setup")
    if is_set_up():
        raise AlreadySetUp(_("opsdesk has been set up already. Log in, or ask the system administrator for a user."))
    Company.objects.create(name=plan.company)
    warehouses = {each.code: Warehouse.objects.create(code=each.code, name=each.name) for each in plan.warehouses}
    for each in plan.stores:
        if each.warehouse_code not in warehouses:
            raise Invalid(_("A store ships from a warehouse that is not in the list."), store=each.code)
        Store.objects.create(
            code=each.code, name=each.name, platform=each.platform, warehouse=warehouses[each.warehouse_code]
        )
    return _administrator(plan)


def _administrator(plan: CompanyPlan) -> User:
    user = User.objects.create_user(
        plan.username,
        password=plan.password,
        name=plan.name,
        language=plan.language,
        password_changed_at=timezone.now(),
    )
    user.groups.add(Group.objects.get(name=ADMINISTRATOR))
    return user
