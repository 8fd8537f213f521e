"""Metadata of an OData service, of any version, to the tables that a look at the service itself gives."""

from typing import TYPE_CHECKING

from idmxml.drivers.driver import Failure, StageFailure, Table
from idmxml.drivers.odata_metadata import MetadataError, read_metadata
from idmxml.drivers.odata_tables import named_tables

if TYPE_CHECKING:
    from idmxml.live.samples import Sample


def edmx_tables(sample: "Sample") -> tuple[Table, ...]:
    """The tables of the metadata."""
    try:
        metadata = read_metadata(sample.file.read_bytes())
    except MetadataError as error:
        raise StageFailure(Failure.FILE_FORMAT, f"{sample.file.name} holds no metadata: {error}") from None
    return tuple(named_tables(metadata, sample.table_of_service, sample.plan.wanted))
