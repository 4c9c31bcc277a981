#!/usr/bin/env python3
"""postern ppm policy from outside: the document, the text, the page.

- the document is what its schema says, and its hash is SHA-256 of its bytes
  [PPM-04]
- what needs the reader comes first [PPM-21]
- the page says what it said before: POSTERN_WRITE_TRANSCRIPT=1 keeps what it
  says now
- the page stands up to what can be checked without a browser: its structure,
  its colours (contrast; for eyes without red or green), what a screen reader
  says, what a hostile provider can do to it

ppm_policy_test.py PATH-OF-POSTERN [unittest arguments]
"""

import base64
import gzip
import hashlib
import html.parser
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import jsonschema

POSTERN = ""
ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples/privacy"
ANNA = [EXAMPLES / name for name in
        ("meter-terms.yaml", "anna.yaml", "network-law.yaml")]
TODAY = ["--today", "2026-11-22"]
TRANSCRIPT = ROOT / "tests/data/ppm-policy-transcript.txt"
TERMS = "kind: provider\nowner: acme\nname: Acme\nrows: {6.0/month: 6}\n"
USER = "kind: user\nowner: p-1\nrows: {6.0/month: 3}\n"
KILOBYTES = 40

# ---- a page as a tree ------------------------------------------------------

VOID = {"meta", "br", "hr", "img", "input", "link", "base", "wbr"}
BLOCK = {"p", "li", "h1", "h2", "h3", "td", "th", "caption", "summary", "dt",
         "dd", "a", "title", "tr"}


class Element:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children = []

    def __iter__(self):
        """All elements in it, in the order in which they stand."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child

    def all(self, *tags):
        return [element for element in self if element.tag in tags]

    def get(self, name):
        return self.attributes.get(name)

    def text(self):
        """What is spoken: not what is hidden from it."""
        if self.get("aria-hidden") == "true":
            return ""
        return re.sub(r"\s+", " ", "".join(
            child if isinstance(child, str) else child.text()
            for child in self.children)).strip(" ") \
            if self.tag in BLOCK else "".join(
                child if isinstance(child, str) else child.text()
                for child in self.children)


class Page(html.parser.HTMLParser):
    """Builds the tree; what is not closed in its turn is an error."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.root = self.open = Element("", {}, None)
        self.problems = []
        self.feed(text)
        self.close()
        if self.open is not self.root:
            self.problems.append(f"<{self.open.tag}> is not closed")

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.problems.append(f"<{tag}> has an attribute twice")
        element = Element(tag, dict(attrs), self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag, attrs):
        self.open.children.append(Element(tag, dict(attrs), self.open))

    def handle_endtag(self, tag):
        if tag != self.open.tag:
            self.problems.append(f"</{tag}> closes <{self.open.tag}>")
        else:
            self.open = self.open.parent

    def handle_data(self, data):
        self.open.children.append(data)

    def all(self, *tags):
        return self.root.all(*tags)


def transcript(page):
    """The text in reading order, a line for each thing that is spoken."""
    lines = []

    def walk(element):
        if element.get("aria-hidden") == "true" or element.tag == "style":
            return
        if element.tag in BLOCK and element.tag != "tr" and not any(
                child.tag in BLOCK - {"a"} for child in element):
            lines.append(f"{element.tag}: {element.text()}")
            return
        for child in element.children:
            if isinstance(child, Element):
                walk(child)
            elif child.strip():
                lines.append("text: " + child.strip())

    walk(page.all("html")[0])
    return "\n".join(lines) + "\n"


# ---- colours ---------------------------------------------------------------

def linear(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else
            ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(one, other):
    """As WCAG 2.2 defines it."""
    light = [sum(weight * part for weight, part in
                 zip((0.2126, 0.7152, 0.0722), linear(colour)))
             for colour in (one, other)]
    return (max(light) + 0.05) / (min(light) + 0.05)


# What is left of linear red, green and blue (Machado and others, 2009).
NO_GREEN = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
            (-0.011820, 0.042940, 0.968881))
NO_RED = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
          (-0.003882, -0.048116, 1.051998))


def lab(colour, eyes):
    parts = linear(colour)
    seen = [min(max(sum(a * b for a, b in zip(row, parts)), 0), 1)
            for row in eyes]
    space = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722),
             (0.0193, 0.1192, 0.9505))
    white = (0.95047, 1, 1.08883)
    x, y, z = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in (sum(a * b for a, b in zip(row, seen)) / of
                      for row, of in zip(space, white)))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one, other, eyes):
    return math.dist(lab(one, eyes), lab(other, eyes))


def palettes(css):
    """The colours of light, dark and paper, by name."""
    blocks = re.findall(r":root\{(.*?)\}", css)
    return [dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", block))
            for block in blocks]


# ---- the tests -------------------------------------------------------------

class Policy(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def run_ppm(self, verb, *words, status=0):
        done = subprocess.run([POSTERN, "ppm", verb, *map(str, words)],
                              capture_output=True, text=True, timeout=60,
                              check=False, encoding="utf-8")
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn("Sanitizer", done.stderr)
        return done

    def policy(self, *words, status=1):
        return self.run_ppm("policy", *TODAY, *words, status=status).stdout

    def page(self, *words, status=1):
        text = self.policy("--format", "html", *words, status=status)
        page = Page(text)
        self.assertEqual(page.problems, [])
        return page


class Document(Policy):
    def test_it_is_what_its_schema_says(self):
        schema = json.loads((ROOT / "docs/schema/ppm-customised.schema.json")
                            .read_text("utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        before = self.write("before.json",
                            self.policy("--format", "json", *ANNA[:2]))
        for words in (ANNA, ANNA[:2], ["--previous", before, *ANNA],
                      ["--profile", "literal", *ANNA],
                      ["--profile", "annexk", *ANNA]):
            text = self.policy("--format", "json", *words)
            jsonschema.validate(json.loads(text), schema)

    def test_the_hash_is_that_of_its_bytes(self):
        text = self.policy("--format", "json", *ANNA)
        self.assertEqual(self.policy("--hash", *ANNA).strip(),
                         hashlib.sha256(text.encode()).hexdigest())
        self.assertEqual(text, self.policy("--format", "json", *ANNA))
        self.assertNotEqual(text, self.policy("--format", "json", *ANNA[:2]))

    def test_it_agrees_with_evaluate(self):
        document = json.loads(self.policy("--format", "json", *ANNA))
        done = self.run_ppm("evaluate", *TODAY, "--format", "json", *ANNA,
                            status=1)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        for state in ("green", "red", "locked", "overruled"):
            self.assertEqual(document["counts"][state], lines[-1][state])
        self.assertEqual([(cell["row"], cell["state"], cell["sentence"])
                          for cell in document["cells"]],
                         [(line["row"], line["state"], line["sentence"])
                          for line in lines[:-1]])

    def test_no_birth_date_and_no_name_of_the_user(self):
        for form in ("json", "text", "html"):
            text = self.policy("--format", form, *ANNA)
            self.assertNotIn("1980", text)
            self.assertNotIn("Anna", text)

    def test_who_they_are(self):
        terms, user = self.write("t", TERMS), self.write("u", USER)
        document = json.loads(self.policy("--format", "json", terms, user))
        self.assertEqual((document["subscriber"], document["provider"]["id"]),
                         ("p-1", "acme"))
        document = json.loads(self.policy(
            "--format", "json", "--subscriber", "me", "--provider", "it",
            terms, user))
        self.assertEqual((document["subscriber"], document["provider"]["id"]),
                         ("me", "it"))

    def test_exit_status(self):
        user = self.write("u", USER)
        good = self.write("good", TERMS.replace("6.0/month: 6",
                                                "6.0/month: 3"))
        self.policy(good, user, status=0)
        self.policy(self.write("bad", TERMS), user, status=1)
        for words in ([], [user], ["--format", "pdf", good, user],
                      ["--today", "soon", good, user],
                      ["--previous", self.folder / "none", good, user],
                      ["--words", good, good, user],
                      ["--subscriber", "", good, user],
                      ["--db", self.folder / "db", good, user],
                      ["--db", self.folder / "db"]):
            done = self.run_ppm("policy", *words, status=2)
            self.assertEqual(done.stdout, "", words)
            self.assertTrue(done.stderr, words)

    def test_a_previous_one_that_was_changed(self):
        text = self.policy("--format", "json", *ANNA[:2])
        self.assertIn('"red": 8', text)
        bad = self.write("bad.json", text.replace('"red": 8', '"red": 7'))
        done = self.run_ppm("policy", "--previous", bad, *ANNA, status=2)
        self.assertRegex(done.stderr, r"bad\.json:\d+:\d+: error: ")
        self.assertEqual(done.stdout, "")


class Text(Policy):
    def test_what_needs_the_reader_comes_first(self):
        before = self.write("before.json",
                            self.policy("--format", "json", *ANNA[:2]))
        text = self.policy("--previous", before, *ANNA)
        self.assertIn("6 of 220 points need you.\n", text)
        places = [text.index(word) for word in (
            "You may accept:", "You cannot accept:", "Changed since",
            "Wishes that are overruled:", "212 OK", "hash ")]
        self.assertEqual(places, sorted(places))
        self.assertIn("Month: was red (6 months), is overruled (6 months); "
                      "by a law\n", text)
        self.assertIn("the Metering Act: https://law.example/metering-act",
                      text)

    def test_a_terminal_obeys_nothing(self):
        terms = self.write("t", 'kind: provider\nname: "A\\e[2Jc\\u202em"\n'
                                'rows: {6.0/month: 6}\n')
        text = self.policy(terms, self.write("u", USER))
        self.assertIn("A?[2Jc?m", text)
        self.assertNotIn("\x1b", text)
        self.assertNotIn("\u202e", text)

    def test_labels_in_another_language(self):
        text = self.policy("--words", EXAMPLES / "words-nl.yaml", *ANNA)
        self.assertIn("Maand: Acme Energy states 6 months", text)


class Html(Policy):
    def test_structure(self):
        before = self.write("before.json",
                            self.policy("--format", "json", *ANNA[:2]))
        for words in (ANNA, ["--previous", before, *ANNA],
                      ["--words", EXAMPLES / "words-nl.yaml", *ANNA]):
            page = self.page(*words)
            self.check_skeleton(page)
            self.check_names(page)
            self.check_tables(page)
            self.check_states(page)

    def check_skeleton(self, page):
        html_element = page.all("html")[0]
        self.assertTrue(html_element.get("lang"))
        self.assertIn(html_element.get("dir"), ("ltr", "rtl"))
        for tag in ("h1", "main", "header", "footer", "nav", "title"):
            self.assertEqual(len(page.all(tag)), 1, tag)
        ids = [element.get("id") for element in page.root
               if element.get("id")]
        self.assertEqual(len(ids), len(set(ids)))
        levels = [int(element.tag[1]) for element in
                  page.all("h1", "h2", "h3", "h4")]
        self.assertEqual(levels[0], 1)
        for one, other in zip(levels, levels[1:]):
            self.assertLessEqual(other, one + 1)
        for element in page.root:
            for name in ("aria-labelledby", "href"):
                value = element.get(name) or ""
                if name == "aria-labelledby" and value:
                    self.assertIn(value, ids)
                if value.startswith("#"):
                    self.assertIn(value[1:], ids)
        self.assertEqual(page.all("body")[0].all("a")[0].get("href"), "#main")

    def check_names(self, page):
        """Nothing that has a name has an empty one."""
        for element in page.all("a", "summary", "caption", "th", "h1", "h2",
                                "h3", "title", "li", "td", "dt", "dd", "b"):
            self.assertTrue(element.text().strip(), element.tag)
        for element in page.all("nav", "section"):
            self.assertTrue(element.get("aria-label") or
                            element.get("aria-labelledby"))
        for element in page.root:
            if element.get("tabindex") == "0":
                self.assertEqual(element.get("role"), "region")
                self.assertTrue(element.get("aria-labelledby"))

    def check_tables(self, page):
        for table in page.all("table"):
            self.assertEqual(len(table.all("caption")), 1)
            columns = [th for th in table.all("th")
                       if th.get("scope") == "col"]
            rows = [th for th in table.all("th") if th.get("scope") == "row"]
            self.assertEqual(len(columns) + len(rows), len(table.all("th")))
            self.assertEqual(len(rows), len(table.all("tr")) - 1)
            self.assertEqual(len(table.all("td")),
                             len(rows) * (len(columns) - 1))

    def check_states(self, page):
        """A disc is a shape with a word beside it, the same for the same."""
        shapes = {}
        for disc in page.all("svg"):
            self.assertEqual(disc.get("aria-hidden"), "true")
            if "defs" in disc.get("class"):
                continue
            after = disc.parent.children
            after = after[after.index(disc) + 1]
            word = after if isinstance(after, str) else after.text()
            shape = disc.all("use")[0].get("href")
            self.assertTrue(word.strip())
            shapes.setdefault(word.strip(), set()).add(shape)
        for word in ("OK", "Conflict", "Locked", "Overruled"):
            self.assertEqual(len(shapes[word]), 1, word)
        self.assertEqual(len(set.union(*(
            shapes[word] for word in ("OK", "Conflict", "Locked", "Overruled",
                                      "no preference")))), 5)

    def test_nothing_comes_from_elsewhere(self):
        page = self.page(*ANNA)
        self.assertEqual(page.all("script", "img", "link", "iframe", "object",
                                  "embed", "base", "form", "video", "audio"),
                         [])
        for element in page.root:
            for name, value in element.attributes.items():
                self.assertFalse(name.startswith("on"), name)
                self.assertNotIn(name, ("style", "src", "srcset", "action"))
                if name == "href" and not value.startswith("#"):
                    self.assertEqual(element.tag, "a")
                    self.assertTrue(value.startswith("https://"))
        css = page.all("style")[0].children[0]
        self.assertNotIn("url(", css)
        self.assertNotIn("@import", css)

    def test_only_this_style_is_obeyed(self):
        page = self.page(*ANNA)
        css = page.all("style")[0].children[0]
        want = base64.b64encode(hashlib.sha256(css.encode()).digest())
        policy = [meta.get("content") for meta in page.all("meta")
                  if meta.get("http-equiv") == "Content-Security-Policy"]
        self.assertEqual(len(policy), 1)
        self.assertIn("default-src 'none'", policy[0])
        self.assertIn(f"style-src 'sha256-{want.decode()}'", policy[0])
        self.assertNotIn("unsafe", policy[0])

    def test_contrast(self):
        css = self.page(*ANNA).all("style")[0].children[0]
        found = palettes(css)
        self.assertEqual(len(found), 3)
        for colours in found:
            for ground in ("bg", "soft"):
                for name in ("fg", "link"):
                    self.assertGreaterEqual(
                        contrast(colours[name], colours[ground]), 4.5)
                for name in ("ok", "no", "line"):
                    self.assertGreaterEqual(
                        contrast(colours[name], colours[ground]), 3,
                        (name, colours))

    def test_colours_stay_apart_without_red_or_green(self):
        css = self.page(*ANNA).all("style")[0].children[0]
        for colours in palettes(css):
            for eyes in (NO_GREEN, NO_RED):
                self.assertGreater(
                    distance(colours["ok"], colours["no"], eyes), 40)
        for eyes in (NO_GREEN, NO_RED):
            self.assertLess(distance("#2e7d32", "#c62828", eyes), 40,
                            "the usual pair is what this is about")

    def test_style_is_for_all(self):
        css = self.page(*ANNA).all("style")[0].children[0]
        for part in ("prefers-color-scheme:dark", "forced-colors:active",
                     "@media print", "max-width:40rem", ":focus-visible",
                     "min-height:1.5rem"):
            self.assertIn(part, css)
        for part in ("outline:none", "outline:0", "transition", "animation",
                     "user-select"):
            self.assertNotIn(part, css)

    def test_what_a_screen_reader_says(self):
        text = transcript(self.page("--subscriber", "p-77f1", "--provider",
                                    "acme", *ANNA))
        text = re.sub(r"\b[0-9a-f]{64}\b", "HASH", text)
        if os.environ.get("POSTERN_WRITE_TRANSCRIPT"):
            TRANSCRIPT.write_text(text, encoding="utf-8")
        self.assertEqual(text, TRANSCRIPT.read_text("utf-8"))
        self.assertIn("td: Retention, Month, acme-meter / meter / "
                      "energy: Overruled, the provider states 6 months; the "
                      "Metering Act: at least 6 months, at most 12 months; "
                      "you: at most 3 months; decided by the Metering Act.",
                      text)

    def test_it_is_small(self):
        text = self.policy("--format", "html", *ANNA)
        self.assertLess(len(gzip.compress(text.encode())), KILOBYTES * 1024)

    def test_many_columns(self):
        columns = "".join(f"- application: app-{i}\n  device: d\n"
                          f"  rows: {{6.0/month: {i % 12 + 1}}}\n"
                          for i in range(20))
        terms = self.write("t", "kind: provider\nname: Acme\ncolumns:\n" +
                           columns)
        page = self.page(terms, self.write("u", USER))
        self.check_tables(page)
        self.assertEqual(len(page.all("table")[0].all("th")), 22)

    def test_languages(self):
        words = "kind: descriptor\nlanguage: {}\nrows: {{6.0/month: " \
                "{{label: {}}}}}\n"
        terms, user = self.write("t", TERMS), self.write("u", USER)
        for language, label, direction in (("ar-EG", "شهر", "rtl"),
                                           ("he", "חודש", "rtl"),
                                           ("nl", "Maand", "ltr"),
                                           ("arn", "küyen", "ltr")):
            path = self.write("words", words.format(language, label))
            page = self.page("--words", path, terms, user)
            root = page.all("html")[0]
            self.assertEqual((root.get("lang"), root.get("dir")),
                             (language, direction))
            head = [th for th in page.all("th") if th.get("scope") == "row"]
            self.assertEqual(head[0].text(), label)
            self.check_english(page)

    def check_english(self, page):
        """Every word of ours is marked as English, on a page that is not."""
        for element in page.all("h2", "summary", "b"):
            inner = [child for child in element if child.tag == "span"]
            up = element
            while up and up.get("lang") is None:
                up = up.parent
            self.assertTrue(up.get("lang") == "en" or
                            any(span.get("lang") == "en" for span in inner),
                            element.text())

    def test_a_language_that_is_none(self):
        path = self.write("words", "kind: descriptor\n"
                                   "language: 'x\"><script>'\n")
        page = self.page("--words", path, *ANNA)
        self.assertEqual(page.all("html")[0].get("lang"), "und")
        self.assertEqual(page.all("script"), [])


ASP = """kind: asp
owner: acme
name: Acme
applications:
  - {app_id: R01.example.acme, application: app,
     originators: [//acme.example/in/C1]}
"""
SUBSCRIBER = "kind: subscriber\nowner: p-1\nresidence: {legal_country: NL}\n"
REGISTERED = """kind: provider
owner: acme
id: terms
name: Acme
rows: {6.0/month: %d, 1.1/app_id: R01.example.acme}
"""


class Manager(Policy):
    """Of what a manager holds."""

    def setUp(self):
        super().setUp()
        self.db = self.folder / "db"
        self.register(ASP, SUBSCRIBER, REGISTERED % 3, USER)

    def register(self, *texts):
        names = [self.write(f"{i}.yaml", text) for i, text in enumerate(texts)]
        self.run_ppm("register", "--db", self.db, "--unsigned-terms", *names)

    def held(self, *words, status=0):
        return self.policy("--db", self.db, "--subscriber", "p-1",
                           "--provider", "acme", *words, status=status)

    def test_it_is_what_is_accepted(self):
        digest = self.held("--hash").strip()
        document = self.held("--format", "json")
        self.assertEqual(hashlib.sha256(document.encode()).hexdigest(),
                         digest)
        self.run_ppm("accept", "--db", self.db, "--subscriber", "p-1",
                     "--provider", "acme", "--hash", digest)
        self.register(REGISTERED % 6)
        text = self.held(status=1)
        self.assertIn("Month: was green (3 months), is red (6 months); by the "
                      "provider\n", text)
        self.assertEqual(json.loads(self.held("--format", "json", status=1))
                         ["previous"], digest)
        self.assertEqual(Page(self.held("--format", "html", status=1))
                         .problems, [])

    def test_nobody_else(self):
        for words in (["--provider", "nobody"], ["--subscriber", "nobody"],
                      ["--previous", self.db], [self.db]):
            done = self.run_ppm("policy", "--db", self.db, "--subscriber",
                                "p-1", "--provider", "acme", *words, status=2)
            self.assertEqual(done.stdout, "")
            self.assertTrue(done.stderr)


HOSTILE = ("</style><script>alert(1)</script>", "\"><img src=x onerror=a>",
           "' onclick='a", "<!--", "]]>", "&lt;b&gt;", "</title><h1>x",
           "\u202egpj\u202c", "a\u0007b", "\u2066x", "<svg/onload=a>",
           "javascript:alert(1)", "{{x}}", "${x}")


class Hostile(Policy):
    def test_names_stay_names(self):
        for text in HOSTILE:
            quoted = json.dumps(text)
            terms = self.write("t", f"kind: provider\nname: {quoted}\n"
                                    f"version: {quoted}\nlink: {quoted}\n"
                                    "columns:\n"
                                    f"- application: {quoted}\n"
                                    f"  device: {quoted}\n"
                                    "  rows: {6.0/month: 6, 1.1/model: "
                                    f"[{quoted}]}}\n")
            law = self.write("l", f"kind: legal_city\nname: {quoted}\n"
                                  f"link: {quoted}\n"
                                  "rows: {6.0/month: {cap: 1}}\n")
            words = self.write("w", "kind: descriptor\nlanguage: nl\nrows: "
                                    f"{{6.0/month: {{label: {quoted}}}}}\n")
            before = self.write("b.json", self.policy(
                "--format", "json", "--subscriber", text, terms,
                self.write("u", USER)))
            terms2 = self.write("t2", terms.read_text("utf-8").replace(
                "6.0/month: 6, ", "6.0/month: 7, "))
            page = self.page("--words", words, "--previous", before,
                             "--subscriber", text, terms2,
                             self.write("u", USER), law)
            self.check(page, text)

    def check(self, page, text):
        known = {"html", "head", "meta", "title", "style", "body", "a", "svg",
                 "defs", "symbol", "circle", "path", "use", "header", "h1",
                 "h2", "h3", "p", "nav", "ul", "li", "main", "section", "b",
                 "bdi", "span", "details", "summary", "div", "table",
                 "caption", "thead", "tbody", "tr", "th", "td", "footer",
                 "dl", "dt", "dd", "code"}
        self.assertLessEqual({element.tag for element in page.root}, known)
        for element in page.root:
            for name, value in element.attributes.items():
                self.assertFalse(name.startswith("on"))
                self.assertNotIn("javascript", value or "")
        spoken = "".join(element.text() for element in page.all("title"))
        for character in "\u202e\u202c\u2066\u0007":
            self.assertNotIn(character, spoken)
            self.assertNotIn(character, transcript(page))
        if "<" in text:
            self.assertIn(text, page.all("h1")[0].text())


if __name__ == "__main__":
    POSTERN = sys.argv.pop(1)
    unittest.main()
