from replaysandbox.core.pagination import Pagination


def test_each_style_reads_its_own_words() -> None:
    assert Pagination("offset", "n", offset="skip").words == {"offset": "skip", "limit": "n"}
    assert Pagination("page", "n", page="p").words == {"page": "p", "limit": "n"}
    assert Pagination("cursor", "n", after="a").words == {"after": "a", "limit": "n"}
    assert Pagination("cursor", "n", after="a", before="b").words == {"after": "a", "before": "b", "limit": "n"}
