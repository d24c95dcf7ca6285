"""The pages: content negotiation, search, documents with their evidence, saved queries, and hostile names."""

from __future__ import annotations

import json
import re
import urllib.parse
from html.parser import HTMLParser

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample import LETTER
from serve_sample import HOSTILE, IMAGE, SCRIPT

from kg.query import saved_queries
from kg.serve.marks import pieces
from kg.serve.negotiate import HTML, choose
from kg.serve.things import outside
from kg.serve.wording import day, days, number, words

from test_protocol import Reply, call  # isort: skip

LETTER_PAGE = "/id/petition/letter"
DOCUMENT_PAGE = "/id/doc/letter-report"


def page(site: str, path: str, accept: str = "text/html,application/xhtml+xml,*/*;q=0.8") -> Reply:
    return call(f"{site}{path}", headers={"Accept": accept})


class Tags(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(reply.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


PAGES = ["/", "/search?q=amazon", "/browse/actions", "/browse/documents", LETTER_PAGE, DOCUMENT_PAGE, "/queries",
         "/queries/petitions", "/queries/contracts-of?name=Amazon", "/sparql", "/explore", "/vocabulary", "/about",
         "/resource?iri=https%3A%2F%2Fw3id.org%2Fcag%2Fid%2Fperson%2Fjeff-bezos"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_what_a_page_needs(site: str, path: str) -> None:
    reply = page(site, path)
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    tags = Tags(reply)
    assert tags.all("html")[0]["lang"] == "en"
    assert len(tags.all("h1")) == len(tags.all("main")) == reply.text.count("</title>\n</head>") == 1
    assert not [attributes for _, attributes in tags.found if any(name.startswith("on") for name in attributes)]
    assert not [attributes for _, attributes in tags.found if "style" in attributes]
    ids = [attributes["id"] for _, attributes in tags.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    for attributes in (*tags.all("link"), *tags.all("script"), *tags.all("iframe"), *tags.all("img")):
        address = attributes.get("href") or attributes.get("src") or ""
        assert address.startswith(("/", "data:,")), address
        assert not address.startswith("//")


@pytest.mark.parametrize("path", [LETTER_PAGE, DOCUMENT_PAGE, "/id/contract/cia-cloud", "/id/person/jeff-bezos"])
def test_one_address_gives_html_turtle_and_json_ld(site: str, path: str) -> None:
    iri = f"https://w3id.org/cag/id/{path.removeprefix('/id/')}"
    by_accept = {
        "text/turtle": ox.RdfFormat.TURTLE,
        "application/ld+json": ox.RdfFormat.JSON_LD,
        "application/n-triples": ox.RdfFormat.N_TRIPLES,
        "application/rdf+xml": ox.RdfFormat.RDF_XML,
    }
    found = []
    for accept, format_ in by_accept.items():
        reply = page(site, path, accept)
        assert (reply.status, reply.headers["Vary"]) == (200, "Accept")
        assert reply.headers["Content-Type"].startswith(accept)
        found.append({str(quad.triple) for quad in ox.parse(reply.body, format_)})
    assert all(triples == found[0] for triples in found)
    assert any(triple.startswith(f"<{iri}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>") for triple in found[0])
    assert any("http://www.w3.org/ns/oa#exact" in triple for triple in found[0])
    assert page(site, f"{path}?format=ttl", "text/html").headers["Content-Type"].startswith("text/turtle")
    assert page(site, path, "*/*").headers["Content-Type"].startswith("text/html")
    assert page(site, path, "image/png").status == 406
    assert page(site, f"{path}?format=nonsense").status == 400


def test_a_page_that_the_client_has_is_not_sent_again(site: str) -> None:
    first = page(site, LETTER_PAGE)
    again = call(f"{site}{LETTER_PAGE}", headers={"Accept": "text/html", "If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    turtle = call(f"{site}{LETTER_PAGE}", headers={"Accept": "text/turtle", "If-None-Match": first.headers["ETag"]})
    assert turtle.status == 200


def test_a_petition_says_all_with_its_words(site: str) -> None:
    text = Tags(page(site, LETTER_PAGE)).text
    for said in ("letter to Jeff Bezos", "Amazon employees", "More than 100", "450", "June 2018"):
        assert said in text
    assert "More than 100 Amazon employees signed a letter" in text
    assert "Workers write to the boss, Example News, 22 June 2018" in text
    assert "What the texts deny" in text
    assert "Amazon did not fire the organizers" in text
    assert "according to ACLU" in Tags(page(site, "/id/protest/rally")).text


def test_a_person_has_positions_and_roles(site: str) -> None:
    text = Tags(page(site, "/id/person/jeff-bezos")).text
    assert "chief executive: Amazon" in text
    assert "addressee of" in text
    assert "Also: Bezos" in text
    assert "chief executive: Jeff Bezos" in Tags(page(site, "/id/company/amazon")).text


def test_every_mark_of_a_document_is_linked_to_its_statements_and_back(site: str) -> None:
    reply = page(site, DOCUMENT_PAGE)
    tags = Tags(reply)
    ids = {attributes["id"] for _, attributes in tags.found if "id" in attributes}
    marks = [a for a in tags.all("a") if a.get("class") == "mark"]
    backs = [a for a in tags.all("a") if a.get("class") == "back"]
    assert len(marks) >= len(backs) >= 10
    assert {str(a["href"])[1:] for a in (*marks, *backs)} <= ids
    body = reply.text.partition('<div class="text" dir="auto">')[2].partition("</div>")[0]
    assert re.sub(r"<[^>]*>", "", body).replace("&#39;", "'") == LETTER.text
    for proof in Tags(page(site, LETTER_PAGE)).all("a"):
        if "#m-" in str(proof.get("href")):
            path, _, anchor = str(proof["href"]).partition("#")
            assert f'id="{anchor}"' in page(site, path).text


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Amazon", "Amazon"),
        ("jef bezoss", "Jeff Bezos"),
        ("bezos", "Jeff Bezos"),
        ("Rekogniton", "Rekognition"),
        ("Central Inteligence Agncy", "Central Intelligence Agency"),
        ("letter bezos", "letter to Jeff Bezos"),
        ("AMAZON WEB", "Amazon Web Services"),
        ("workers write", "Workers write to the boss"),
        ("letter-report", "Workers write to the boss"),
    ],
)
def test_search_finds_also_what_is_misspelt(site: str, text: str, first: str) -> None:
    found = json.loads(page(site, f"/search?format=json&q={urllib.parse.quote(text)}").text)
    assert found[0]["label"] == first
    assert first in Tags(page(site, f"/search?q={urllib.parse.quote(text)}")).text


def test_search_can_be_narrowed_and_finds_nothing_for_nothing(site: str) -> None:
    found = json.loads(page(site, "/search?format=json&q=letter&in=documents").text)
    assert {hit["class"] for hit in found} == {"Document"}
    assert json.loads(page(site, "/search?format=json&q=qqqqzzzz").text) == []
    assert "Nothing has this" in page(site, "/search?q=qqqqzzzz").text
    assert page(site, "/search?q=").status == 200


def test_contracts_are_found_by_what_they_are_about() -> None:
    from sample import said

    from kg.model import Document, Linker, Literal
    from kg.rdf import quads
    from kg.serve.catalog import Catalog
    from kg.store import Store

    page = Document("told", "The JEDI contract, number W-17, on cloud storage (Joint Enterprise) with Acme.")
    contract, jedi = "contract/acme", "technology/jedi"
    store = Store.of(quads(page, [
        said(page, "contract", contract, "rdf:type", "cag:Contract"),
        said(page, "contract", contract, "rdfs:label", Literal("Contract Acme – Army")),
        said(page, "W-17", contract, "schema:identifier", Literal("W-17")),
        said(page, "cloud storage", contract, "cag:subject", Literal("cloud storage")),
        said(page, "JEDI", contract, "cag:covers", jedi),
        said(page, "JEDI", jedi, "rdf:type", "cag:Technology"),
        said(page, "JEDI", jedi, "rdfs:label", Literal("Joint Enterprise")),
        said(page, "JEDI", jedi, "skos:altLabel", Literal("JEDI")),
    ], Linker()))  # fmt: skip
    catalog = Catalog(store)
    for text in ("w-17", "cloud storage", "JEDI", "joint enterprise"):
        assert [hit.entry.label for hit in catalog.search(text, section="contracts")] == ["Contract Acme – Army"], text


def test_a_name_leads_to_its_page_or_to_the_choice(site: str) -> None:
    assert call(f"{site}/show?name=Jeff+Bezos").text == page(site, "/id/person/jeff-bezos").text
    several = page(site, "/show?name=letter")
    assert several.status == 300
    assert "which one do you mean" in several.text
    assert page(site, "/show?name=qqqqzzzz").status == 404


@pytest.mark.parametrize("name", saved_queries())
def test_every_saved_query_has_a_form_and_answers_to_its_example(site: str, name: str) -> None:
    query = saved_queries()[name]
    form = page(site, f"/queries/{name}")
    assert form.status == 200
    fields = {str(field.get("name")) for field in Tags(form).all("input")}
    assert {parameter.name for parameter in query.parameters} <= fields
    values = urllib.parse.urlencode({p.name: p.example for p in query.parameters} | {"run": "1"})
    shown = page(site, f"/queries/{name}?{values}")
    assert shown.status == 200
    assert "Answer" in shown.text
    csv = page(site, f"/queries/{name}?{values}&format=csv")
    assert (csv.status, csv.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    answer = json.loads(page(site, f"/queries/{name}?{values}&format=json").text)
    assert not {parameter.name for parameter in query.parameters} & set(answer["head"]["vars"])


def test_a_saved_query_says_what_is_wrong(site: str) -> None:
    assert "needs name" in page(site, "/queries/contracts-of?run=1").text
    assert page(site, "/queries/contracts-of?run=1&format=csv").status == 400
    assert page(site, "/queries/contracts-of?name=x&format=turtle").status == 400
    assert page(site, "/queries/none-of-these").status == 404


def test_the_editor_shows_answers_and_mistakes(site: str) -> None:
    def editor(query: str, **more: str) -> Reply:
        return page(site, f"/sparql?{urllib.parse.urlencode({'query': query, **more})}")

    table = editor("SELECT ?p ?n { ?p a cag:Person ; rdfs:label ?n }")
    assert 'href="/id/person/jeff-bezos"' in table.text
    assert "Yes" in Tags(editor("ASK { ?p a cag:Person }")).text
    assert "cag:Petition" in Tags(editor("CONSTRUCT WHERE { ?p a cag:Petition }")).text
    wrong = editor("SELECT ?x { ?x a cag:Petitoin }")
    assert wrong.status == 400
    assert "did you mean cag:Petition" in wrong.text
    kept = editor('SELECT ?x { ?x rdfs:label "</textarea><b>" }')
    assert "&lt;/textarea&gt;" in kept.text
    assert not Tags(kept).all("b")
    assert "Answer" not in editor("ASK {}", edit="1").text


def test_the_explorer_brings_its_own_policy(site: str) -> None:
    reply = page(site, "/explore/page")
    policy = reply.headers["Content-Security-Policy"]
    assert "sha256-" in policy
    assert policy.endswith("frame-ancestors 'self'")
    assert "unsafe" not in policy
    focused = page(site, "/explore/page?focus=https%3A%2F%2Fw3id.org%2Fcag%2Fid%2Fcompany%2Faws")
    assert focused.status == 200
    assert len(focused.text) < len(reply.text)
    unknown = page(site, "/explore/page?focus=nothing-like-this")
    assert unknown.status == 400


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/%2e%2e/cli.py", "/id/../../etc/passwd",
        "/id/%2e%2e/%2e%2e/etc/passwd", "/id/doc/..%2f..%2fcache.sqlite", "//etc/passwd", "/static/", "/id/",
        "/id/doc/letter-report%00", "/browse/nothing", "/resource", "/resource?iri=file%3A%2F%2F%2Fetc%2Fpasswd",
        "/static/style.css%00.js",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_graph(site: str, path: str) -> None:
    import http.client

    host, port = site.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    connection.putrequest("GET", path, skip_host=False)
    connection.endheaders()
    reply = connection.getresponse()
    assert reply.status in (400, 404)
    assert b"root:" not in reply.read()
    connection.close()


def test_hostile_names_and_texts_are_inert(site: str) -> None:
    script, image = urllib.parse.quote(SCRIPT), urllib.parse.quote(IMAGE)
    things = [f"/id/{kind}/hostile" for kind in ("company", "person", "petition", "doc")]
    asked = [f"/search?q={script}", f"/search?q={image}", f"/queries/contracts-of?name={script}"]
    for path in (*things, *asked, "/browse/actions", f"/explore?focus={image}", f"/nothing/{script}"):
        reply = page(site, path)
        assert SCRIPT not in reply.text, path
        tags = Tags(reply)
        assert [tag.get("src") for tag in tags.all("script")] == ["/static/app.js"]
        assert not tags.all("img")
        for attributes in tags.all("a"):
            assert not str(attributes.get("href")).lower().startswith(("javascript", "data")), path
    document = page(site, "/id/doc/hostile")
    body = document.text.partition('<div class="text" dir="auto">')[2].partition("</div>")[0]
    assert "7 * 7" in body
    plain = Tags(Reply(200, {}, re.sub(r"</?(a|mark|span)\b[^>]*>", "", body).encode()))
    assert "".join(plain.words) == HOSTILE.text


def test_addresses_elsewhere_are_http_only() -> None:
    assert outside("https://a.example/ü?x=1").href == "https://a.example/%C3%BC?x=1"
    unsafe = ("javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:x", "file:///etc/passwd")
    for bad in (*unsafe, "http://", "//a.example", "http://[bad"):
        assert outside(bad).href == ""


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html", HTML), ("", HTML), ("*/*", HTML), ("text/turtle", "text/turtle"),
        ("text/turtle;q=0.5, text/html;q=0.4", "text/turtle"), ("text/*;q=0.1, text/html;q=0", "text/turtle"),
        ("application/json", None), ("text/html;q=oops, text/turtle;q=0.1", "text/turtle"), (";;,,/", None),
    ],
)  # fmt: skip
def test_choosing_by_accept(accept: str, kind: str | None) -> None:
    assert choose(accept, (HTML, "text/turtle")) == kind


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-3, 70), st.integers(-3, 70)), max_size=12))
def test_pieces_are_the_text_and_know_their_shortest_span(text: str, spans: list[tuple[int, int]]) -> None:
    found = pieces(text, spans)
    assert "".join(piece.text for piece in found) == text
    inside = {(a, b) for a, b in spans if 0 <= a < b <= len(text)}
    assert {span for piece in found for span in piece.begins} == inside
    place = 0
    for piece in found:
        over = [s for s in inside if s[0] <= place and place + len(piece.text) <= s[1]]
        assert piece.span == min(over, key=lambda s: (s[1] - s[0], s), default=None)
        assert all(span[0] == place for span in piece.begins)
        place += len(piece.text)


def test_properties_in_words() -> None:
    assert words("cag:inResponseTo") == "in response to"
    assert words("http://elsewhere.example/ns/likesMuch") == "likes much"


@pytest.mark.parametrize(
    ("iso", "said"),
    [("2018-06-21", "21 June 2018"), ("2018-06", "June 2018"), ("2018", "2018"), ("2018-13", "2018-13"), ("", ""),
     ("2018-06-01Z", "1 June 2018"), ("last week", "last week")],
)  # fmt: skip
def test_days_in_words(iso: str, said: str) -> None:
    assert day(iso) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [("2018-06-21", "2018-06-21", "21 June 2018"), ("2018-06-01", "2018-06-30", "June 2018"),
     ("2018-01-01", "2018-12-31", "2018"), ("2018-01-01", "2019-12-31", "2018 to 2019"),
     ("2018-06-01", "2018-08-31", "June to August 2018"),
     ("2018-12-01", "2019-02-28", "December 2018 to February 2019"),
     ("2018-06-21", "2018-06-25", "21 to 25 June 2018"), ("2018-06-21", "2018-07-03", "21 June to 3 July 2018"),
     ("once", "2018-07-03", "once to 2018-07-03")],
)  # fmt: skip
def test_stretches_of_time_in_words(first: str, last: str, said: str) -> None:
    assert days(first, last) == said


def test_numbers_are_told_in_the_words_of_the_source(site: str) -> None:
    assert (number("10000000"), number("1234.50"), number("many")) == ("10,000,000", "1,234.50", "many")
    letter = Tags(page(site, LETTER_PAGE)).text
    assert "101 or more" not in letter
    contract = Tags(page(site, "/id/contract/cia-cloud")).text
    assert "$600 million" in contract
    assert "600000000" not in contract


def test_what_a_count_leaves_open_is_added() -> None:
    from datetime import date

    from sample import said

    from kg.facts import Index
    from kg.model import Count, Document, Linker
    from kg.rdf import quads
    from kg.serve.wording import amount
    from kg.store import Store

    told = Document("told", "Hundreds came, some say about 15, others more than 450.", date=date(2020, 1, 1))
    counts = [Count("Hundreds", "vague", None, 200, 999), Count("about 15", "about", 15, 12, 18),
              Count("more than 450", "moreThan", 450, 451, None)]  # fmt: skip
    store = Store.of(quads(told, [said(told, c.raw, "protest/p", "cag:size", c) for c in counts], Linker()))
    known = Index(store)
    nodes = known.all("https://w3id.org/cag/id/protest/p", "cag:size")
    assert {amount(known, node) for node in nodes} == {"Hundreds (200 to 999)", "about 15 (12 to 18)", "more than 450"}


def test_a_thing_names_its_sources_with_their_words(site: str) -> None:
    text = Tags(page(site, LETTER_PAGE)).text
    sources = text.partition(" Sources ")[2]
    assert "Workers write to the boss Example News, 22 June 2018" in sources
    assert "“" not in page(site, LETTER_PAGE).text.partition("<main")[2].partition("Sources")[2]
    for told in Tags(page(site, LETTER_PAGE)).all("q"):
        assert told["dir"] == "auto"


def test_names_in_answers_lead_to_their_pages(site: str) -> None:
    reply = page(site, "/queries/protests-against?name=Amazon")
    links = [str(a["href"]) for a in Tags(reply).all("a")]
    assert "/id/petition/letter" in links
    assert "Petition or open letter" in Tags(reply).text
    assert "status:" not in Tags(reply).text.partition("The query in SPARQL")[0]
