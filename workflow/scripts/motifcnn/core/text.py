"""Characters that no page or drawing can hold."""

import re

# Those that XML has no place for (XML 1.0, section 2.2).
NOT_SHOWABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
