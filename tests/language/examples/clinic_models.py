"""A clinic as Pydantic models: the importer's real-world example, written as such models usually are."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, Literal, NewType
from uuid import UUID, uuid4

from pydantic import AnyUrl, AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, computed_field, field_validator
from pydantic.alias_generators import to_camel

__all__ = ["Appointment", "Clinician", "Invoice", "Patient", "Room"]

Mrn = NewType("Mrn", str)
Phone = Annotated[str, Field(pattern=r"^\+?[0-9 ]{6,20}$")]


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    DIVERSE = "diverse"


class Triage(IntEnum):
    RED = 1
    YELLOW = 2
    GREEN = 3


class Mixed(Enum):
    ONE = 1
    TWO = "two"


class Address(BaseModel):
    street: str
    city: str
    postal_code: Annotated[str, Field(min_length=4, max_length=10)]


class Patient(BaseModel):
    """Somebody who is treated."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
    patient_id: UUID = Field(default_factory=uuid4)
    mrn: Mrn = Field(max_length=12, description="medical record number")
    family_name: str
    born_on: dt.date = Field(le=dt.date(2100, 1, 1))
    sex: Sex | None = None
    phone: Phone | None = None
    address: Address
    contacts: list[Address] = []
    portal_password: SecretStr | None = None
    appointments: list[Appointment] = []

    @computed_field
    @property
    def initials(self) -> str:
        return self.family_name[:1]

    @field_validator("family_name")
    @classmethod
    def not_blank(cls, value: str) -> str:
        return value.strip()


class Clinician(BaseModel):
    id: int
    name: str = Field(title="Name on the door")
    role: Literal["nurse", "physician", "desk"] = "physician"
    supervisor: Clinician | None = None
    skills: set[str] = set()
    homepage: AnyUrl | None = None


class Room(BaseModel):
    id: int
    label: str
    clinicians: list[Clinician] = []


class Appointment(BaseModel):
    id: int
    patient: Patient
    clinician: Clinician | None = None
    room: Room | None = None
    starts_at: AwareDatetime
    length: dt.timedelta = dt.timedelta(minutes=20)
    triage: Triage = Triage.GREEN
    fee: Annotated[Decimal, Field(max_digits=8, decimal_places=2, gt=0)] | None = None
    note: str | int | None = None
    mixed: Mixed | None = None
    extra: dict[str, Any] = {}
    seen_at: dt.datetime = Field(default_factory=lambda: dt.datetime(2026, 1, 1))


class InvoiceLine(BaseModel):
    text: str
    amount: Decimal
    appointment: Appointment


class Invoice(BaseModel):
    id: int
    lines: list[InvoiceLine]
    total: float = Field(ge=0, multiple_of=0.01)
