"""How a text is recognised: normalise → candidates → score → decide → explain.

Pure Python: no Django, no database, no clock, no network. The whole interface::

    matcher = Matcher(entries)                      # CatalogEntries, from wherever
    descriptor = describe("card", "OPENAI *CHATGPT SUBSCR 4158799686 CA", mcc="5734")
    recognition = matcher.recognise(descriptor)
"""
