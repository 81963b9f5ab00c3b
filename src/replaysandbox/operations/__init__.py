"""Operations: what a route does to the world. One file each, listed in `operations/table.py`."""
