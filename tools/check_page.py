#!/usr/bin/env python3
"""check_page.py POSTERN [PAGE.html]

Runs axe-core (WCAG 2.0 to 2.2, A and AA, and its best practices) over the page of
`postern ppm policy --format html` for examples/privacy, or over PAGE.html, in
Chromium, light and dark, with everything unfolded. Exit 1 when it finds something.

Not among the tests: needs Debian's chromium and npm, and the npm registry.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
AXE = "axe-core@4.10.3"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
         "best-practice"]
REPORT = """<script>%s</script><script>
axe.run({runOnly: %s}).then(result => {
  const found = result.violations.concat(result.incomplete);
  document.documentElement.innerHTML = "<body><pre>AXE " + JSON.stringify(
    {found: found.map(rule => [rule.id, rule.impact, rule.nodes[0].target]),
     passes: result.passes.length}) + " END</pre></body>";
});</script></body>"""


def run(*command, **options):
    return subprocess.run(command, check=True, text=True, timeout=180,
                          stdout=subprocess.PIPE, **options).stdout


def example(postern):
    frames = ROOT / "examples/privacy"
    done = subprocess.run(
        [postern, "ppm", "policy", "--today", "2026-11-22", "--format", "html",
         "meter-terms.yaml", "anna.yaml", "network-law.yaml"], cwd=frames,
        text=True, stdout=subprocess.PIPE, check=False)
    return done.stdout


def axe(folder):
    run("npm", "pack", "--silent", AXE, cwd=folder)
    run("tar", "-xzf", next(folder.glob("*.tgz")), cwd=folder)
    return (folder / "package/axe.min.js").read_text("utf-8")


def prepared(page, script):
    """The page without the policy that forbids scripts, with one."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    page = page.replace("<details", "<details open")
    script = script.replace("</script>", "<\\/script>")
    return page.replace("</body>", REPORT % (script, json.dumps(RULES)))


def findings(path, *options):
    shown = run("chromium", "--headless", "--no-sandbox", "--disable-gpu",
                "--virtual-time-budget=30000", *options, "--dump-dom",
                path.as_uri(), stderr=subprocess.DEVNULL)
    return json.loads(re.search(r"AXE (.*) END", shown).group(1))


def main(postern, page=None):
    postern = pathlib.Path(postern).resolve()
    text = pathlib.Path(page).read_text("utf-8") if page else example(postern)
    bad = False
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        path = folder / "page.html"
        path.write_text(prepared(text, axe(folder)), "utf-8")
        for look, options in (("light", ()),
                              ("dark", ("--force-dark-mode",))):
            result = findings(path, *options)
            bad = bad or bool(result["found"]) or result["passes"] == 0
            print(f"{look}: {result['passes']} rules passed, "
                  f"{len(result['found'])} did not")
            for found in result["found"]:
                print("  ", *found)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
