"""The numbers of confidence on disk: those that ship with the project, and those that a site fitted for itself."""

from __future__ import annotations

import json
import logging
import math
from pathlib import Path
from typing import Any

from kb.content.files import write_whole
from kb.errors import CalibrationError
from kb.support.confidence import EACH, FEATURES, Calibration, Confidence, LogisticModel, Way

SHIPPED = Path(__file__).with_name("confidence.json")
"""What every site uses that has fitted no numbers of its own."""
FORMAT = 2
_LARGEST = 1000.0
"""No sane fit comes near: a larger number is a mistake."""
_logger = logging.getLogger(__name__)


def calibration_of(site: Path) -> Calibration:
    """The numbers that a site fitted, or else those that ship with the project.

    A file that cannot be used is reported and passed over: suggestions must not end with it.
    """
    if site.exists():
        try:
            return load_calibration(site)
        except CalibrationError as error:
            _logger.warning("%s The numbers that ship with the project are used.", error)
    return load_calibration(SHIPPED)


def load_calibration(path: Path) -> Calibration:
    """Read and check what ``save_calibration`` wrote.

    :raises CalibrationError: it is missing, or no calibration.
    """
    try:
        shape = json.loads(path.read_text(encoding="utf-8"))
        if shape["format"] != FORMAT:
            raise ValueError(f"format {shape['format']!r} is not {FORMAT}")
        ways = [way for way in Way if way is Way.WORDS or shape.get(way)]
        return Calibration(
            _threshold(shape["threshold"]), {way: _confidence(shape[way], FEATURES[way]) for way in ways}
        )
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        said = f"{type(error).__name__}: {error}"
        raise CalibrationError(f"{path} is no calibration ({said}). Make it anew: kb calibrate.") from error


def save_calibration(path: Path, calibration: Calibration) -> None:
    """Write it in one step.

    :raises CalibrationError: it cannot be written there.
    """
    shape: dict[str, Any] = {"format": FORMAT, "threshold": calibration.threshold}
    shape |= {way: _shape(confidence) for way, confidence in calibration.ways.items()}
    try:
        write_whole(path, (json.dumps(shape, indent=2) + "\n").encode())
    except OSError as error:
        raise CalibrationError(f"{path} cannot be written ({error}). Name another place: --out.") from error


def _shape(confidence: Confidence) -> dict[str, Any]:
    return {
        "any answers": _model_shape(confidence.any_answers),
        "each answers": _model_shape(confidence.each_answers),
    }


def _model_shape(model: LogisticModel) -> dict[str, Any]:
    coefficients = {name: round(value, 5) for name, value in model.coefficients.items()}
    return {"intercept": round(model.intercept, 5), "coefficients": coefficients}


def _threshold(value: object) -> float:
    threshold = _number(value)
    if not 0 < threshold < 1:
        raise ValueError(f"the threshold {threshold} is not between 0 and 1")
    return threshold


def _confidence(shape: dict[str, Any], features: tuple[str, ...]) -> Confidence:
    return Confidence(_model(shape["any answers"], features), _model(shape["each answers"], EACH))


def _model(shape: dict[str, Any], features: tuple[str, ...]) -> LogisticModel:
    unknown = sorted(set(shape["coefficients"]) - set(features))
    if unknown:
        raise ValueError(f"there is no feature {unknown[0]!r}")
    coefficients = {name: _number(value) for name, value in shape["coefficients"].items()}
    return LogisticModel(_number(shape["intercept"]), coefficients)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a number")
    if abs(value) > _LARGEST:
        raise ValueError(f"{value} is larger than any fit gives")
    return float(value)
