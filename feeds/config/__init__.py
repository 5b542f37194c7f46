"""The configuration: config.toml, read into frozen, typed tables."""

from .faults import Override
from .imagetable import ImagesTable
from .reading import load, parse
from .source import Source
from .tables import (
    AuthorTable,
    Config,
    Export,
    Feeds,
    FeedTable,
    IndexTable,
    Probe,
    Records,
    Rules,
    Select,
    Server,
    Site,
    TopicTable,
    WebSub,
)

__all__ = [
    "AuthorTable",
    "Config",
    "Export",
    "FeedTable",
    "Feeds",
    "ImagesTable",
    "IndexTable",
    "Override",
    "Probe",
    "Records",
    "Rules",
    "Select",
    "Server",
    "Site",
    "Source",
    "TopicTable",
    "WebSub",
    "load",
    "parse",
]
