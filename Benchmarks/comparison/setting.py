"""What every measurement is told."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Setting:
    """Where things lie and how long to measure."""

    work: Path
    binary: Path
    tls_load: Path
    server_core: int
    load_core: int
    rounds: int
    seconds: float
    starts: int
    connections: int
    is_for_document: bool
