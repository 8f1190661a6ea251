"""The witnesses behind the port `portal.witness`: the operator's folder, and the time-stamp server an officer chose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings

from connectors import addresses
from connectors.adapters.guardrail import assert_no_transaction
from connectors.adapters.transport import Place
from connectors.adapters.witnesses import folder, timestamp
from portal.witness import NotTaken, Offer, Taken


class Folder:
    """Puts each head into a file below `COUNTERSIGN_SEALS_FOLDER`, in a folder for each organization."""

    def place(self, options: Mapping[str, str]) -> str:
        return str(settings.SEALS_FOLDER or "")

    def latest(self, offer: Offer) -> str:
        assert_no_transaction("folder.read")
        try:
            return folder.latest(self._of(offer))
        except (OSError, UnicodeDecodeError) as error:
            raise NotTaken(f"the seals folder cannot be read ({type(error).__name__})") from None

    def publish(self, offer: Offer) -> Taken:
        assert_no_transaction("folder.write")
        try:
            path = folder.put(self._of(offer), offer.number, offer.checkpoint)
        except folder.OtherHead as error:
            raise NotTaken(f"the seals folder: {error}", is_alarm=True) from None
        except OSError as error:
            raise NotTaken(f"the seals folder cannot be written ({type(error).__name__})") from None
        return Taken(f"{path.parent.name}/{path.name}")

    @staticmethod
    def _of(offer: Offer) -> Path:
        if not settings.SEALS_FOLDER:
            raise NotTaken("the operator has set no folder; set COUNTERSIGN_SEALS_FOLDER")
        return Path(settings.SEALS_FOLDER) / str(offer.organization_id)


class TimeServer:
    """Has each checkpoint stamped by a server that speaks RFC 3161. Options: `url`, and `roots` as PEM."""

    def place(self, options: Mapping[str, str]) -> str:
        return urlsplit(options.get("url", "")).hostname or ""

    def latest(self, offer: Offer) -> str:
        return ""  # it keeps nothing

    def publish(self, offer: Offer) -> Taken:
        parts = urlsplit(offer.options["url"])
        host = parts.hostname or ""
        try:
            judged = addresses.resolve(host, parts.port or (80 if parts.scheme == "http" else 443), field="time-stamp")
            roots = x509.load_pem_x509_certificates(offer.options["roots"].encode())
        except addresses.AddressRefused as error:
            raise NotTaken(str(error)) from None
        except ValueError:
            raise NotTaken("the root certificates of the time-stamp server cannot be read; set them again") from None
        place = Place(parts.netloc, f"{parts.scheme}://{parts.netloc}", judged)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            stamp = timestamp.stamp(place, target, offer.checkpoint.encode(), roots)
        except timestamp.StampError as error:
            raise NotTaken(str(error), is_alarm=error.is_wrong) from None
        return Taken(host, stamp.answer, stamp.at)
