"""Which characters can be written into a page or a drawing."""

import re

# A character that XML has no place for (XML 1.0, section 2.2), and that a report or a logo could not hold.
NOT_SHOWABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
