from elections.crypto.errors import BadArchive, Refusal


def test_every_refusal_has_a_code_of_its_own():
    codes = [kind.code for kind in Refusal.__subclasses__()]
    assert len(set(codes)) == len(codes)
    assert all(code != Refusal.code and code == code.lower() and " " not in code for code in codes)


def test_a_refused_archive_tells_the_place_in_its_sentence():
    refusal = BadArchive("The archive is cut off.", 512)
    assert (str(refusal), refusal.offset) == ("The archive is cut off (at byte 512 of the archive).", 512)
