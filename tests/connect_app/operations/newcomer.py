"""A Jira site that has not let Relance in yet."""

from __future__ import annotations

import itertools

from scripts.desk.control import Member
from scripts.desk.house import House
from scripts.desk.people import Administrator

_numbers = itertools.count(1)


class Newcomer:
    """A Jira site that has not let Relance in, its administrator and a service account."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.name = f"newcomer{next(_numbers)}"
        opened = house.control.open_site(self.name)
        self.url: str = opened["baseUrl"]
        admin = opened["admin"]
        self.admin = Administrator(self.url, Member(admin["accountId"], admin["email"], admin["token"], "Alice"))
        self.admin.creates_project("SUP", "Support")
        self.service = house.control.add_person(
            self.name, "Relance", kind="atlassian", roles=["admin"], organizations=[]
        )
