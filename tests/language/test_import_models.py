"""Live SQLAlchemy and Pydantic models as domains: looked at, never run."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from pydantic import BaseModel, Field
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tests.language.examples import clinic_models, hotel_orm
from workbench.errors import DefinitionError
from workbench.language.importers import Imported, from_pydantic, from_sqlalchemy
from workbench.workspace import check


def relationships(found: Imported, resource: str) -> dict[str, tuple[str, str]]:
    return {each.name: (each.kind, each.destination) for each in found.domain.resource(resource).relationships}


@pytest.fixture(scope="module")
def hotel() -> Imported:
    return from_sqlalchemy(hotel_orm.Base, name="hotel")


@pytest.fixture(scope="module")
def clinic() -> Imported:
    models = clinic_models
    return from_pydantic(
        models.Patient, models.Clinician, models.Room, models.Appointment, models.Invoice, name="clinic"
    )


def test_hotel_is_sound_and_complete(hotel: Imported) -> None:
    """The example, counted by hand: 12 tables, 51 columns, 11 foreign keys both ways and one pair that joins."""
    assert check(hotel.domain).is_ok
    assert hotel.counts == (12, 51, 24)
    kinds = Counter(each.kind for resource in hotel.domain.resources for each in resource.relationships)
    assert kinds == {"belongs_to": 11, "has_many": 9, "has_one": 2, "many_to_many": 2}
    assert {(each.path, each.code) for each in hotel.problems} == {
        ("bookings", "untranslated_check"),
        ("guests", "computed_not_carried"),
        ("guests.preferences", "default_not_carried"),
        ("bookings.changed_at", "onupdate_not_carried"),
        ("guests.changed_at", "onupdate_not_carried"),
        ("cooks", "inheritance_not_carried"),
        ("rooms", "actions_not_carried"),
    }


def test_mapped_relationships_name_the_references(hotel: Imported) -> None:
    """What the classes call a relationship is its name in the design; ways back, one to one and secondary tables included."""
    assert relationships(hotel, "guests") == {
        "invited_by": ("belongs_to", "guests"), "invited": ("has_many", "guests"), "passport": ("has_one", "passports"),
        "bookings": ("has_many", "bookings"),
    }  # fmt: skip
    assert relationships(hotel, "rooms")["amenities"] == ("many_to_many", "amenities")
    assert hotel.domain.resource("charges").relationship("stay").source_key == ("booking_id", "position")


def test_columns_say_types_bounds_and_defaults(hotel: Imported) -> None:
    """Enums, checks, server defaults, computed columns, partial unique indexes, renamed columns and marks come over."""
    booking, guest = hotel.domain.resource("bookings"), hotel.domain.resource("guests")
    assert str(booking.attribute("state").type) == "enum('asked', 'confirmed', 'cancelled')"
    assert str(booking.attribute("state").default) == "'asked'"
    assert str(booking.attribute("board").default) == "'NONE'"
    assert booking.attribute("nights").generated
    assert [str(each.condition) for each in booking.rules] == ["leaves_on > arrives_on"]
    assert [(each.attributes, str(each.where)) for each in booking.identities] == [(("guest_id",), "state = 'asked'")]
    assert str(hotel.domain.resource("hotels").attribute("stars").constraints.maximum) == "5"
    assert str(hotel.domain.resource("room_types").attribute("base_price").default) == "80.00"
    assert guest.attribute("given_name").source_name == "GivenName"
    assert guest.attribute("email").sensitive and guest.attribute("id").generated
    assert hotel.domain.resource("hotels").description == "One house."


def test_tables_metadata_and_classes_are_taken_alike() -> None:
    """A ``MetaData``, single tables, mapped classes and lists of these; what they refer to and is not handed in is told."""
    metadata = MetaData()
    Table(
        "a", metadata, Column("id", Integer, primary_key=True), Column("ip", INET), Column("x", String(3), unique=True)
    )
    b = Table("b", metadata, Column("id", Integer, primary_key=True), Column("a_id", ForeignKey("a.id")))
    whole = from_sqlalchemy(metadata)
    assert str(whole.domain.resource("a").attribute("ip").type) == "ip_address"
    assert relationships(whole, "b") == {"a": ("belongs_to", "a")}
    assert [each.code for each in from_sqlalchemy([b]).problems] == ["unknown_target"]
    assert from_sqlalchemy(hotel_orm.Stay).domain.resources[0].key == ("booking_id", "position")


def test_what_is_no_model_is_refused() -> None:
    """Names of modules, plain classes, instances and models of the other library: an error that says what to pass."""

    class Plain:
        """No model."""

    for given in ("os.path", Plain, Plain(), 3, None, clinic_models.Room):
        with pytest.raises(DefinitionError, match="SQLAlchemy"):
            from_sqlalchemy(given)
    given_models: tuple[Any, ...] = (
        "os.path",
        Plain,
        BaseModel,
        hotel_orm.Hotel,
        clinic_models.Address(street="", city="", postal_code="1234"),
    )
    for given in given_models:
        with pytest.raises(DefinitionError, match="Pydantic"):
            from_pydantic(given)


def test_mappers_that_cannot_be_configured_are_told() -> None:
    """A relationship to a class that does not exist is SQLAlchemy's mistake to tell, in one sentence."""
    from sqlalchemy.orm import relationship

    class Base(DeclarativeBase):
        pass

    class Lonely(Base):
        __tablename__ = "lonely"
        id: Mapped[int] = mapped_column(primary_key=True)
        other = relationship("Nobody")

    with pytest.raises(DefinitionError, match="Nobody"):
        from_sqlalchemy(Base)
    Base.registry.dispose()


def test_clinic_is_sound_and_complete(clinic: Imported) -> None:
    """The example, counted by hand: 5 models with identity and the invoice's line; addresses are values."""
    assert check(clinic.domain).is_ok
    names = ["Patient", "Clinician", "Room", "Appointment", "Invoice", "InvoiceLine"]
    assert [each.name for each in clinic.domain.resources] == names
    assert [len(each.attributes) for each in clinic.domain.resources] == [9, 7, 2, 12, 2, 4]
    assert {(each.path, each.code) for each in clinic.problems if each.severity == "warning"} == {
        ("Appointment.mixed", "enum_not_carried"),
        ("Appointment.note", "alternatives_not_carried"),
        ("Appointment.seen_at", "default_not_carried"),
        ("Patient", "computed_not_carried"),
        ("Patient", "validator_not_carried"),
    }


def test_fields_say_types_bounds_and_names(clinic: Imported) -> None:
    """Aliases, literals, enums, annotated constraints, secrets, values inside and decimals come over."""
    patient, appointment = clinic.domain.resource("Patient"), clinic.domain.resource("Appointment")
    assert (patient.attribute("patient_id").source_name, patient.attribute("patient_id").generated) == (
        "patientId",
        True,
    )
    assert patient.attribute("mrn").constraints.max_length == 12
    assert patient.attribute("phone").constraints.pattern == r"\+?[0-9 ]{6,20}"
    assert str(patient.attribute("address").type) == "struct(street string, city string, postal_code string)"
    assert patient.attribute("portal_password").sensitive
    assert str(patient.attribute("born_on").constraints.maximum) == "date '2100-01-01'"
    assert str(appointment.attribute("fee").type) == "decimal(8, 2)"
    assert {str(each.condition) for each in appointment.rules} == {"triage in (1, 2, 3)", "fee > 0"}
    assert str(appointment.attribute("starts_at").type) == "timestamp"
    assert str(clinic.domain.resource("Clinician").attribute("role").default) == "'physician'"
    assert clinic.domain.resource("Clinician").attribute("name").label == "Name on the door"
    assert relationships(clinic, "Invoice")["lines"] == ("has_many", "InvoiceLine")


def test_nothing_of_a_model_runs() -> None:
    """Factories and validators are named, never called."""

    def explode() -> int:
        raise AssertionError("it ran")

    class Bomb(BaseModel):
        id: int
        fuse: int = Field(default_factory=explode)

    assert [each.code for each in from_pydantic(Bomb).problems] == ["default_not_carried", "key_assumed"]


def test_two_models_of_one_name_stay_two() -> None:
    """Classes are told apart by what they are, not by what they are called."""

    def made(**fields: Any) -> type[BaseModel]:
        return type("Same", (BaseModel,), {"__annotations__": {"id": int, **fields}})

    found = from_pydantic(made(a=str), made(b=str))
    assert [each.attribute_names for each in found.domain.resources] == [("id", "a"), ("id", "b")]
