"""Everything that can go wrong on purpose, as one tree; each message says what to do."""


class LakehouseError(Exception):
    """Base of all errors that the platform raises itself; shown to users as one paragraph."""


class DeclarationError(LakehouseError):
    """A table is declared wrongly; the message names the table and every broken rule."""


class SourceSurprise(LakehouseError):
    """A landed file is not what its source declares; that file is refused whole."""


class SchemaDrift(LakehouseError):
    """A build returned other columns than its table declares; all differences at once."""


class PromiseBroken(LakehouseError):
    """Staged rows break their table's promises; readers keep the last good version.

    ``audit`` is what Great Expectations found, for the pages; None where
    quarantine alone stopped the run.
    """

    def __init__(self, message: str, audit: object = None) -> None:
        super().__init__(message)
        self.audit = audit


class NotPublished(LakehouseError):
    """A table is asked for that no run has published yet."""


class NotTrained(NotPublished):
    """A table is scored by a model of which no version is registered, or reads one that is."""


class WarehouseUnwritable(LakehouseError):
    """The warehouse's folder cannot be written: rights or a full disk."""


class SetupIncomplete(LakehouseError):
    """Something the platform needs on this machine is missing; the message names the command."""


class PolicyBroken(LakehouseError):
    """A model or rule uses an attribute that no stated policy allows, or has no policy at all."""


class PersonalDataFound(LakehouseError):
    """Something that may tell a person is about to be kept with a model; the message names the place, no value."""


class InputRefused(LakehouseError):
    """Rows given to a model are not what its signature says; all differences at once, no value."""


class ModelUnknown(LakehouseError):
    """A model, version or alias is asked for that is not registered."""


class TooLittleKnown(LakehouseError):
    """There is too little in the tables to train or judge a model on; the message says of what."""


class PromotionRefused(LakehouseError):
    """A model version may not become champion; the message holds every reason."""
