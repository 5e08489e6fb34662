"""Fifteen made-up databases with hand-written truths, to measure how well keys and references are inferred.

Each is built in about two seconds from a seed; the largest table has some 25,000 rows. They imitate operational
databases: dense numbers that contain each other, natural and composite keys, subtypes, hierarchies, copied columns,
dangling values, and many columns of small numbers that look like references and are none.
Nine are for tuning rules and thresholds, six are held out and only measured.

>>> [database.name for database in DATABASES if database.split == "held_out"]
['university', 'manufacturing', 'telecom', 'hotel', 'forge', 'municipality']
>>> [reference.target_table for reference in DATABASES[0].truth.references if reference.source_table == "bed"]
['ward']
"""

from __future__ import annotations

from .bank import BANK
from .film import FILM
from .football import FOOTBALL
from .forge import FORGE
from .hospital import HOSPITAL
from .hotel import HOTEL
from .insurance import INSURANCE
from .library import LIBRARY
from .manufacturing import MANUFACTURING
from .municipality import MUNICIPALITY
from .personnel import PERSONNEL
from .renaming import anonymise
from .restaurant import RESTAURANT
from .storage import write
from .telecom import TELECOM
from .truth import Reference, ReferenceDatabase, Truth
from .university import UNIVERSITY
from .webshop import WEBSHOP

__all__ = ["DATABASES", "Reference", "ReferenceDatabase", "Truth", "anonymise", "write"]

DATABASES: tuple[ReferenceDatabase, ...] = (
    *(HOSPITAL, LIBRARY, WEBSHOP, FOOTBALL, BANK),
    *(UNIVERSITY, MANUFACTURING, PERSONNEL, TELECOM, INSURANCE),
    *(HOTEL, RESTAURANT, FILM, FORGE, MUNICIPALITY),
)
