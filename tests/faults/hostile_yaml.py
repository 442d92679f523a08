"""Files on which a careless reader of YAML hangs, raises or runs code, with the words in which ours refuses them."""

TENFOLD = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
MERGED = "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}\n" for n in range(1, 10))

SMALL_FILES_OF_MUCH = {
    "an alias in its own list": (
        "title: &a [*a]\n",
        "line 1, has an alias that contains itself; write out",
    ),
    "an alias in its own keys": ("a: 1\nb: &b {c: *b}\n", "line 2, has an alias that contains itself"),
    "an alias that merges itself": ("a: &a {<<: *a}\n", "line 1, has an alias that contains itself"),
    "billion laughs": (f"a0: &a0 [1, 1]\n{TENFOLD}", "has more than 100,000 values once its aliases"),
    "billion merges": (f"a0: &a0 {{b: 1}}\n{MERGED}", "has more than 100,000 values once its aliases"),
    "3,000 levels": (f"a: {'[' * 3000}{']' * 3000}", "nests more than 50 levels deep"),
    "60 levels": (f"a: {'[' * 60}{']' * 60}", "nests more than 50 levels deep"),
    "two megabytes": ("#" * 2_000_000, "has 2,000,000 bytes, but a configuration has at most 1,048,576"),
}

OTHER_KINDS = {
    "missing": (None, "cannot read "),
    "Latin-1": (b"title: caf\xe9", "is not text in UTF-8 (byte 11); save it as UTF-8"),
    "UTF-16": ("title: x".encode("utf-16"), "is not text in UTF-8 (byte 1); save it as UTF-8"),
    "gzip": (b"\x1f\x8b\x08\x00", "is not text in UTF-8 (byte 2); save it as UTF-8, or unpack it"),
    "NUL bytes": (b"title: \0", "is not valid YAML (unacceptable character #x0000"),
    "a tab for indentation": (b"a:\n\tb: 1", "is not valid YAML (while scanning for the next token"),
    "an open bracket": (b"a: [1", "is not valid YAML (while parsing a flow sequence"),
    "two documents": (b"a: 1\n---\nb: 1", "is not valid YAML (expected a single document"),
    "a Python object": (b"a: !!python/object:os.system {}", "is not valid YAML (could not determine"),
    "a template of YTE": (
        b"__use_yte__: true\na: ?open('x', 'w')",
        "asks Snakemake to run code in the file",
    ),
    "text alone": (b"hello", "is not a group of keys; write 'key: value'"),
    "a list": (b"- a", "is not a group of keys; write 'key: value'"),
    "a key twice": (b"a: 1\nb: 2\na: 3", "in lines 1 and 3; YAML silently takes the second, so keep one"),
    "a list as a key": (b"? [a]\n: b", "line 1, has a key that is not text"),
    "a number of 5,000 digits": (b"seeds: " + b"9" * 5000, "has a value that YAML cannot read (Exceeds"),
    "a date that is none": (
        b"a: 2020-99-99",
        "has a value that YAML cannot read (month must be in 1..12",
    ),
    "a tag that does not fit": (b"a: !!bool maybe", "has a value that YAML cannot read ('maybe')"),
    "an undefined alias": (b"a: *b", "is not valid YAML (found undefined alias"),
}
