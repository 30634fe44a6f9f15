"""What can be said of the configuration by reading it."""

import hcl2
import pytest

from tests.terraform import checks, provider_schema
from tests.terraform.configuration import FOLDER, Configuration

ENVIRONMENTS = sorted(path.stem for path in (FOLDER / "environments").glob("*.tfvars"))
# Small enough to break in every way that the checks know.
SAMPLE = """
variable "project" { type = string }

locals { labels = { component = "data" } }

resource "google_storage_bucket" "this" {
  for_each = toset(["a"])
  name     = "${var.project}-${each.value}"
  location = "EU"
  labels   = local.labels

  versioning { enabled = true }

  dynamic "cors" {
    for_each = [1]
    content { origin = ["*"] }
  }
}

resource "google_storage_bucket_iam_member" "this" {
  bucket = google_storage_bucket.this["a"].name
  role   = "roles/storage.objectViewer"
  member = "user:someone@example.com"
}
"""


def sample(old: str = "", new: str = "") -> Configuration:
    assert old in SAMPLE
    return Configuration({"sample.tf": SAMPLE.replace(old, new, 1)})


def test_everything_is_what_the_providers_know() -> None:
    found = checks.schema_findings(Configuration.of_the_project(), provider_schema.load())

    assert list(found) == []


def test_every_reference_leads_somewhere_and_nothing_is_unused() -> None:
    found = checks.reference_findings(Configuration.of_the_project(), provider_schema.load())

    assert list(found) == []


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_gives_declared_variables_only(environment: str) -> None:
    given = hcl2.loads((FOLDER / "environments" / f"{environment}.tfvars").read_text())

    names = {name for name in given if not name.startswith("__")}
    assert list(checks.tfvars_findings(names, Configuration.of_the_project())) == []


def test_there_are_a_development_and_a_production() -> None:
    assert ENVIRONMENTS == ["dev", "prod"]


def test_a_misspelt_variable_of_an_environment_is_noticed() -> None:
    found = checks.tfvars_findings({"project", "regoins"}, sample())

    assert list(found) == ["regoins is no variable"]


def test_the_sample_is_right() -> None:
    assert list(checks.schema_findings(sample(), provider_schema.load())) == []
    assert list(checks.reference_findings(sample(), provider_schema.load())) == []


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("location = ", "locaton = ", "there is no argument locaton"),
        ('location = "EU"', "", "location is missing"),
        ('location = "EU"', "location = 7", "location = 7 is no string"),
        (
            'location = "EU"',
            'location = "EU"\n  self_link = "x"',
            "self_link is what Google answers",
        ),
        ("enabled = true", 'enabled = "yes"', "is no bool"),
        ("enabled = true", "enable = true", "there is no argument enable"),
        ("versioning { enabled = true }", "versioning {}", "enabled is missing"),
        ("versioning {", "verson {", "there is no block verson"),
        ('["*"]', '"*"', "is no list(string)"),
        ('["*"]', "[1]", "is no list(string)"),
        ('dynamic "cors"', 'dynamic "corse"', "there is no block corse"),
        (
            "versioning {",
            "versioning { enabled = true }\n  versioning {",
            "one block versioning at",
        ),
        ('"google_storage_bucket" "this"', '"google_storage_buckets" "this"', "in schema.json"),
        ("labels   = local.labels", 'labels   = "x"', "is no map(string)"),
    ],
)
def test_what_the_schema_forbids_is_noticed(old: str, new: str, finding: str) -> None:
    found = list(checks.schema_findings(sample(old, new), provider_schema.load()))

    assert any(finding in text for text in found), found


def test_a_missing_block_is_noticed() -> None:
    budget = 'resource "google_billing_budget" "this" { billing_account = "x" }'
    found = checks.schema_findings(Configuration({"b.tf": budget}), provider_schema.load())

    assert list(found) == ["google_billing_budget.this: the block amount is missing"]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("var.project", "var.projekt", "var.projekt is not declared"),
        ("= local.labels", "= local.lables", "local.lables is not declared"),
        ("= local.labels", "= {}", "local.labels is used nowhere"),
        ("${var.project}-", "", "var.project is used nowhere"),
        ('bucket.this["a"].name', 'bucket.that["a"].name', "google_storage_bucket.that is not"),
        ('bucket.this["a"].name', 'bucket.this["a"].nam', "google_storage_bucket.this has no nam"),
        ('google_storage_bucket.this["a"].name', "data.google_project.this.number", "data.google"),
    ],
)
def test_a_reference_to_nothing_is_noticed(old: str, new: str, finding: str) -> None:
    found = list(checks.reference_findings(sample(old, new), provider_schema.load()))

    assert any(finding in text for text in found), found
