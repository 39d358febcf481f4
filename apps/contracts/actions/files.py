"""Put files to a contract, and take them out again; each taking stands in the book of exports (CON-53)."""

import io
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.models import Export
from apps.contracts.actions.rights import must
from apps.contracts.models import Contract, ContractFile
from apps.core.errors import Invalid, NotAllowed
from apps.files.actions import keep_file, open_file
from apps.files.models import StoredFile
from apps.org.actors import Actor
from apps.org.scope import the_visible

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 50


@transaction.atomic
def attach_file(contract_pk: int, *, source: BinaryIO, name: str, size: int, by: Actor) -> ContractFile:
    """Put a file to a contract, sealed. size: in bytes.

    Raises NotFound, NotAllowed, Invalid for a file that is empty or too large, or one too many. Rules: CON-33, CON-34.
    """
    must(by, "contracts.keep_contract")
    the_visible(Contract.objects.all(), by, pk=contract_pk)
    contract = Contract.objects.filter(pk=contract_pk).locked().get()
    if not 0 < size <= MOST_BYTES:
        raise Invalid(_("A file may have up to 20 MB, and not be empty."), code="size")
    if contract.files.count() >= MOST_FILES:
        raise Invalid(_("A contract has at most 50 files."), code="too_many_files")
    file = keep_file(source, name=name, kind=StoredFile.Kind.CONTRACT, by=by, kept_for=None)
    return ContractFile.objects.create(contract=contract, file=file, by_id=by.id, by_name=by.name)


@transaction.atomic
def take_file(contract_pk: int, pk: int, *, by: Actor) -> tuple[ContractFile, io.BufferedReader]:
    """The file's bytes for somebody of the house, and a line in the book of exports.

    Raises NotAllowed, NotFound. Rules: CON-53, SEC-31.
    """
    must(by, "contracts.view_contract")
    if by.user is None:
        raise NotAllowed(_("You do not have the right to do this."))
    rows = ContractFile.objects.select_related("contract", "file")
    row = the_visible(rows, by, contract=contract_pk, pk=pk)
    source = open_file(row.file)
    query = {"contract": row.contract.number, "file": row.file.name}
    Export.objects.create(user=by.user, user_name=by.name, kind="contract_file", query=query, rows=1)
    return row, source
