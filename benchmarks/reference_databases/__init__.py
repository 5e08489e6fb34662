"""Twenty-four made-up databases with hand-written truths, to measure how well keys and references are inferred.

Each is built in a few seconds from a seed; the largest table has some 25,000 rows. They imitate operational
databases: dense numbers that contain each other, natural and composite keys, subtypes, hierarchies, copied columns,
dangling values, and many columns of small numbers that look like references and are none.
Twenty are for tuning rules and thresholds, and four are fresh: written by someone who had not seen the inference, and
measured when the weights were settled. Who looks into one to tune on it moves it among the twenty, and writes another.

>>> [database.name for database in DATABASES if database.split == "fresh"]
['clinic_net', 'newsroom', 'harbour', 'orchestra']
>>> [reference.target_table for reference in DATABASES[0].truth.references if reference.source_table == "bed"]
['ward']
"""

from __future__ import annotations

from .bank import BANK
from .bikeshare import BIKESHARE
from .clinic_net import CLINIC_NET
from .elearning import ELEARNING
from .film import FILM
from .football import FOOTBALL
from .forge import FORGE
from .freight import FREIGHT
from .harbour import HARBOUR
from .hospital import HOSPITAL
from .hotel import HOTEL
from .insurance import INSURANCE
from .library import LIBRARY
from .manufacturing import MANUFACTURING
from .municipality import MUNICIPALITY
from .newsroom import NEWSROOM
from .orchestra import ORCHESTRA
from .personnel import PERSONNEL
from .renaming import anonymise
from .restaurant import RESTAURANT
from .storage import write
from .telecom import TELECOM
from .trial import TRIAL
from .truth import Reference, ReferenceDatabase, Truth
from .university import UNIVERSITY
from .webshop import WEBSHOP
from .wine import WINE

__all__ = ["DATABASES", "Reference", "ReferenceDatabase", "Truth", "anonymise", "write"]

DATABASES: tuple[ReferenceDatabase, ...] = (
    *(HOSPITAL, LIBRARY, WEBSHOP, FOOTBALL, BANK),
    *(UNIVERSITY, MANUFACTURING, PERSONNEL, TELECOM, INSURANCE),
    *(HOTEL, RESTAURANT, FILM, FORGE, MUNICIPALITY),
    *(TRIAL, FREIGHT, ELEARNING, BIKESHARE, WINE),
    *(CLINIC_NET, NEWSROOM, HARBOUR, ORCHESTRA),
)
