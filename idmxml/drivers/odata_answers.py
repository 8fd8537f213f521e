"""What services of OData answer about themselves."""

from typing import Final

from idmxml.drivers.driver import Failure, Stage, StageFailure
from idmxml.drivers.http_answers import Answer
from idmxml.drivers.http_session import Session
from idmxml.drivers.odata_metadata import Metadata, MetadataError, read_metadata

METADATA: Final = "/$metadata"
ACCEPT_METADATA: Final = "application/xml"


def metadata_of(session: Session, answer: Answer, stage: Stage) -> Metadata:
    """The metadata in an answer; a StageFailure of ``stage`` when it is none."""
    try:
        return read_metadata(answer.body)
    except MetadataError as error:
        what = "a web page instead of metadata" if answer.is_page else f"no metadata: {error}"
        message = f"the service answers with {what}"
        raise StageFailure(Failure.MALFORMED_ANSWER, message, setting=session.address.setting, stage=stage) from None
