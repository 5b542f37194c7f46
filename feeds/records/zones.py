"""Names of time zones that mean one offset from UTC, wherever they are written.

The American ones are those of RFC 5322 section 4.3. Left out are names that several countries use, as IST
(India, Ireland, Israel), BST (Britain, Bangladesh), AST (Atlantic, Arabia), and military letters but Z.
"""

from __future__ import annotations

OFFSETS: dict[str, float] = {
    **dict.fromkeys(("Z", "UTC", "UT", "GMT", "WET"), 0),
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
    **{"WEST": 1, "CET": 1, "MET": 1, "CEST": 2, "MEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "TRT": 3},
    **{"AKST": -9, "AKDT": -8, "HST": -10, "NST": -3.5, "NDT": -2.5, "BRT": -3, "ART": -3},
    **{"SAST": 2, "CAT": 2, "EAT": 3, "WAT": 1, "PKT": 5, "NPT": 5.75, "WIB": 7, "WITA": 8, "WIT": 9},
    **{"SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AWST": 8, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11},
    **{"NZST": 12, "NZDT": 13},
}
"""Upper case → hours east of Greenwich."""
