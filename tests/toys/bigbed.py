"""A writer of small bigBed files, as pyBigWig only reads them (format: Kent et al. 2010, supplement)."""

import struct


def write_bigbed(path, lengths, intervals):
    """Write `intervals`, (name, start, end) sorted by the order of `lengths`, {name: nt}; uncompressed."""
    ids = {name: index for index, name in enumerate(lengths)}
    width = max(map(len, lengths))
    tree = struct.pack("<IIIIQQBBH", 0x78CA8C91, len(ids), width, 8, len(ids), 0, 1, 0, len(ids))
    for name, length in lengths.items():
        tree += name.encode().ljust(width, b"\0") + struct.pack("<II", ids[name], length)
    blocks = [[item for item in intervals if item[0] == name] for name in lengths]
    blocks = [block for block in blocks if block]
    data_at = 64 + len(tree)
    data, leaves = struct.pack("<Q", len(intervals)), b""
    for block in blocks:
        raw = b"".join(struct.pack("<III", ids[name], low, high) + b"\0" for name, low, high in block)
        first, last = ids[block[0][0]], max(high for *_, high in block)
        leaves += struct.pack("<IIIIQQ", first, block[0][1], first, last, data_at + len(data), len(raw))
        data += raw
    index_at = data_at + len(data)
    index = struct.pack("<IIQ", 0x2468ACE0, len(blocks), len(intervals))
    index += struct.pack("<IIII", 0, 0, len(ids), 0) + struct.pack("<QII", index_at, 512, 0)
    index += struct.pack("<BBH", 1, 0, len(blocks)) + leaves
    head = struct.pack("<IHHQQQHHQQIQ", 0x8789F2EB, 4, 0, 64, data_at, index_at, 3, 3, 0, 0, 0, 0)
    path.write_bytes(head + tree + data + index)
