"""A hotel as SQLAlchemy models: the importer's real-world example, written as such models usually are."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    CheckConstraint,
    Column,
    Computed,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

__all__ = ["Base"]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s"})


class Board(enum.Enum):
    NONE = "none"
    BREAKFAST = "breakfast"
    HALF = "half board"


class Stamped:
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[dt.datetime | None] = mapped_column(onupdate=func.now())


room_amenities = Table(
    "room_amenities",
    Base.metadata,
    Column("room_id", ForeignKey("rooms.id"), primary_key=True),
    Column("amenity_id", ForeignKey("amenities.id"), primary_key=True),
)


class Hotel(Base):
    """One house."""

    __tablename__ = "hotels"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    stars: Mapped[int | None] = mapped_column(CheckConstraint("stars BETWEEN 1 AND 5", name="stars"))
    languages: Mapped[list[str] | None] = mapped_column(ARRAY(String(2)))
    rooms: Mapped[list[Room]] = relationship(back_populates="hotel")


class RoomType(Base):
    __tablename__ = "room_types"
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    title: Mapped[str] = mapped_column(comment="as on the web page")
    base_price: Mapped[Decimal] = mapped_column(Numeric(10, 2), server_default="80.00")


class Room(Base):
    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("hotel_id", "number", name="one_number_per_hotel"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    hotel_id: Mapped[int] = mapped_column(ForeignKey("hotels.id", ondelete="CASCADE"))
    type_code: Mapped[str] = mapped_column(ForeignKey("room_types.code"))
    number: Mapped[str] = mapped_column(String(8))
    beds: Mapped[int] = mapped_column(default=2)
    hotel: Mapped[Hotel] = relationship(back_populates="rooms")
    type: Mapped[RoomType] = relationship()
    amenities: Mapped[list[Amenity]] = relationship(secondary=room_amenities, back_populates="rooms")


class Amenity(Base):
    __tablename__ = "amenities"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    rooms: Mapped[list[Room]] = relationship(secondary=room_amenities, back_populates="amenities")


class Guest(Stamped, Base):
    __tablename__ = "guests"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    given_name: Mapped[str] = mapped_column("GivenName", String(80))
    family_name: Mapped[str] = mapped_column("FamilyName", String(80))
    email: Mapped[str | None] = mapped_column(String(200), info={"sensitive": True})
    invited_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("guests.id"))
    preferences: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    invited_by: Mapped[Guest | None] = relationship(remote_side=[id], back_populates="invited")
    invited: Mapped[list[Guest]] = relationship(back_populates="invited_by")
    passport: Mapped[Passport | None] = relationship(back_populates="guest")

    @hybrid_property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Passport(Base):
    __tablename__ = "passports"
    guest_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guests.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    expires_on: Mapped[dt.date]
    guest: Mapped[Guest] = relationship(back_populates="passport")


class Booking(Stamped, Base):
    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint("leaves_on > arrives_on", name="in_order"),
        CheckConstraint("date_part('dow', arrives_on) <> 1", name="not_on_monday"),
        CheckConstraint("state IN ('asked', 'confirmed', 'cancelled')", name="known_state"),
        Index("one_open_booking", "guest_id", unique=True, postgresql_where=text("state = 'asked'")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    guest_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guests.id"))
    arrives_on: Mapped[dt.date]
    leaves_on: Mapped[dt.date]
    state: Mapped[str] = mapped_column(Text, server_default=text("'asked'"))
    board: Mapped[Board] = mapped_column(Enum(Board), default=Board.NONE)
    adults: Mapped[int] = mapped_column(default=1)
    nights: Mapped[int] = mapped_column(Computed("leaves_on - arrives_on"))
    guest: Mapped[Guest] = relationship()


class Stay(Base):
    """A room of a booking."""

    __tablename__ = "stays"
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))


class Charge(Base):
    __tablename__ = "charges"
    __table_args__ = (ForeignKeyConstraint(["booking_id", "position"], ["stays.booking_id", "stays.position"]),)
    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int]
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(200))
    amount: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    stay: Mapped[Stay] = relationship()


class Employee(Base):
    __tablename__ = "employees"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "employee"}  # noqa: RUF012


class Cook(Employee):
    __tablename__ = "cooks"
    id: Mapped[int] = mapped_column(ForeignKey("employees.id"), primary_key=True)
    speciality: Mapped[str | None]
    __mapper_args__ = {"polymorphic_identity": "cook"}  # noqa: RUF012
