"""The configuration: config.toml, read into frozen, typed tables."""

from .faults import Override
from .reading import load, parse
from .source import Source
from .tables import (
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
    "Config",
    "Export",
    "FeedTable",
    "Feeds",
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
