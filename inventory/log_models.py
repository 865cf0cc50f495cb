"""Logs: rows that are added and read, and never changed or deleted."""

from __future__ import annotations

from typing import NoReturn

from django.db import models


class WrittenOnce(models.QuerySet):
    """Rows that are added and never changed or deleted: logs."""

    def update(self, **values: object) -> NoReturn:
        raise TypeError(f"{self.model.__name__} is a log: add a row instead of changing one")

    def delete(self) -> NoReturn:
        raise TypeError(f"{self.model.__name__} is a log: its rows stay")


class LogRow(models.Model):
    """A row that can be added and read, and nothing else."""

    objects = WrittenOnce.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: object, **options: object) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is a log: add a row instead of changing one")
        super().save(*args, **options)

    def delete(self, *args: object, **options: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is a log: its rows stay")
