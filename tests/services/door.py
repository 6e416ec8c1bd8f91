"""What lets people in, put together as the application does."""

from __future__ import annotations

from dataclasses import dataclass

from modsvc.services.account import Account
from modsvc.services.log_in import LogIn
from modsvc.services.manage_people import ManagePeople
from modsvc.services.passwords import Passwords
from modsvc.services.second_step import SecondStep
from modsvc.services.throttle import Throttle
from modsvc.store.db import Database
from modsvc.store.writer import Writer
from tests.fakes import Clock


@dataclass(frozen=True)
class Door:
    log_in: LogIn
    second_step: SecondStep
    account: Account
    manage_people: ManagePeople


def door(db: Database, writer: Writer, now: Clock, secret_key: str | None = None) -> Door:
    throttle = Throttle(db=db, now=now)
    passwords = Passwords(throttle=throttle, writer=writer)
    parts = {"db": db, "writer": writer, "now": now}
    second_step = SecondStep(throttle=throttle, secret_key=secret_key, **parts)
    log_in = LogIn(throttle=throttle, passwords=passwords, second_step=second_step, **parts)
    return Door(
        log_in,
        second_step,
        Account(throttle=throttle, passwords=passwords, log_in=log_in, **parts),
        ManagePeople(passwords=passwords, log_in=log_in, **parts),
    )
