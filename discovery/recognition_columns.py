"""An answer about a descriptor as the columns it is stored in: readable, or sealed with no more than why.

What is an AI tool, or waits for a person, is stored readable. Every other descriptor is sealed: its text can
be opened by the worker in memory, to be asked again when the catalog grows.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from discovery.models import DataKey
from discovery.models import Descriptor as StoredDescriptor
from discovery.recognise import State, state_of
from discovery.sealing import Vault, keyed
from vendors.matching import NORMALISER_VERSION, Descriptor, Recognition
from vendors.matching.answers import NoneBecause

_PURPOSE = b"descriptor"


def descriptor_key(descriptor: Descriptor) -> bytes:
    return keyed(_PURPOSE, _joined(descriptor))


def sealed(vault: Vault, key: DataKey, descriptor: Descriptor) -> bytes:
    return vault.seal_small(key, _joined(descriptor).encode(), _PURPOSE)


def _joined(descriptor: Descriptor) -> str:
    """One text for all of it. What few have is left out where it is empty, as it was before there was any."""
    return "\x1f".join(descriptor if descriptor.asks else descriptor[:-1])


def opened(vault: Vault, stored: StoredDescriptor) -> Descriptor | None:
    """The descriptor of a stored row; None where it was sealed with a key that is destroyed."""
    if stored.state != State.SEALED:
        return readable(stored)
    return unsealed(vault, stored.data_key, stored.sealed)


def readable(stored: StoredDescriptor) -> Descriptor:
    """A stored row, which must not be sealed, as what is recognised."""
    return Descriptor(stored.channel, stored.form, stored.mcc, stored.client_id, stored.host, stored.asks)


def unsealed(vault: Vault, key: DataKey, sealed: bytes) -> Descriptor | None:
    plain = vault.open_small(key, bytes(sealed), _PURPOSE)
    return None if plain is None else Descriptor(*plain.decode().split("\x1f"))


def answer_columns(recognition: Recognition, decided_by: str, catalog: str) -> dict[str, Any]:
    """The columns that hold an answer. Of what is sealed they say no more than why."""
    state = state_of(recognition)
    if state == State.SEALED:
        return {
            "state": state,
            "decision": recognition.decision.value,
            "product": "",
            "vendor": "",
            "none_because": (recognition.none_because or NoneBecause.UNKNOWN).value,
            "carrier": "",
            "plan": "",
            "model_vendor": "",
            "score": 0.0,
            "reasons": [],
            "alternatives": [],
            "decided_by": decided_by,
            "normaliser": NORMALISER_VERSION,
            "catalog": catalog,
        }
    return {
        "state": state,
        "decision": recognition.decision.value,
        "product": recognition.product or "",
        "vendor": recognition.vendor or "",
        "none_because": "",
        "carrier": recognition.carrier or "",
        "plan": recognition.plan or "",
        "model_vendor": recognition.model_vendor or "",
        "score": recognition.score,
        "reasons": list(recognition.reasons),
        "alternatives": [asdict(a) for a in recognition.alternatives],
        "decided_by": decided_by,
        "normaliser": NORMALISER_VERSION,
        "catalog": catalog,
    }


def evidence_columns(descriptor: Descriptor, state: str, vault: Vault, key: DataKey) -> dict[str, Any]:
    """The columns that hold the descriptor itself: readable, or sealed."""
    if state == State.SEALED:
        return {
            "form": "",
            "mcc": "",
            "client_id": "",
            "host": "",
            "asks": "",
            "sealed": sealed(vault, key, descriptor),
            "data_key_id": key.pk,
        }
    return {
        "form": descriptor.form,
        "mcc": descriptor.mcc,
        "client_id": descriptor.client_id,
        "host": descriptor.host,
        "asks": descriptor.asks,
        "sealed": None,
        "data_key_id": None,
    }
