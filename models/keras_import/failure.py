# SPDX-License-Identifier: Apache-2.0
"""How an import fails."""


class ImportFailure(Exception):
    """What cannot be imported, and where."""

    def __init__(self, layer, message, note=""):
        place = f"layer '{layer}'" if layer else "the model"
        super().__init__(f"{place}: error: {message}" + (f"\nnote: {note}" if note else ""))
