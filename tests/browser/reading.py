"""Whether the page that is open can be read by anybody: what axe finds, and what we ask for besides."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing")

_ASKED = {"resultTypes": ["violations"]}
#: (width, theme) of each look at a page: both widths and both themes once.
LOOKS = ((1280, "light"), (390, "dark"))
#: All there are: for the page of components, where whatever has a colour stands.
EVERY_LOOK = (*LOOKS, (1280, "dark"), (390, "light"))

#: What a screen reader needs of any page: returns what is wrong.
_CHECKS = """() => {
  const wrong = [];
  const named = e => e.getAttribute('aria-label') || e.labels?.length || e.getAttribute('aria-labelledby');
  for (const e of document.querySelectorAll('input:not([type=hidden]),select,textarea'))
    if (!named(e)) wrong.push('without a label: ' + e.outerHTML);
  for (const e of document.querySelectorAll('a[href],button'))
    if (!e.textContent.trim() && !named(e)) wrong.push('without a name: ' + e.outerHTML);
  const tops = document.querySelectorAll('h1').length;
  if (tops !== 1) wrong.push(tops + ' first headings');
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) wrong.push('twice: #' + id);
  for (const e of document.querySelectorAll('use'))
    if (!document.querySelector(e.getAttribute('href'))) wrong.push('no picture ' + e.getAttribute('href'));
  for (const e of document.querySelectorAll('table'))
    if (!e.querySelector('th[scope=col]')) wrong.push('a table without headings');
  if (!document.documentElement.lang) wrong.push('no language');
  if (document.documentElement.scrollWidth > innerWidth) wrong.push('scrolls sideways');
  return wrong;
}"""


def faults(page, looks: Iterable[tuple[int, str]] = LOOKS) -> list[str]:
    """What is wrong with the page that is open, which is left as it was looked at last: narrow."""
    found = []
    page.evaluate(axe.Axe().axe_script)
    for width, theme in looks:
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=theme)
        wrong = [*page.evaluate(_CHECKS), *_violations(page)]
        found += [f"{width} {theme}: {one}" for one in wrong]
    return found


def faults_of(page, addresses: Iterable[str]) -> dict[str, list[str]]:
    """Address → what is wrong there, of the pages where anything is."""
    found = {}
    for address in addresses:
        assert page.goto(address).ok, address
        if wrong := faults(page):
            found[address] = wrong
    return found


def _violations(page) -> list[str]:
    """What axe, which is on the page, says against it: the rule, and where."""
    violations = page.evaluate("asked => axe.run(asked).then(found => found.violations)", _ASKED)
    return [
        f"{rule['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for rule in violations
        for node in rule["nodes"]
    ]
