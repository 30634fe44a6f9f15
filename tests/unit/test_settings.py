"""Settings from the environment."""

import pytest

from candlewick.settings import ApiSettings, BadSettings, TaskSettings

COMMON = {
    "GOOGLE_CLOUD_PROJECT": "p",
    "CANDLEWICK_REGION": "r",
    "CANDLEWICK_QUEUE": "q",
    "CANDLEWICK_TASKS_URL": "https://t",
    "CANDLEWICK_TASKS_IDENTITY": "t@p",
    "CANDLEWICK_CANDLES_BUCKET": "c",
    "CANDLEWICK_CODE_BUCKET": "s",
    "CANDLEWICK_RESULTS_BUCKET": "o",
}
API = COMMON | {
    "CANDLEWICK_ENGINE": "freqtrade-1",
    "CANDLEWICK_ALLOWED_ORIGINS": "https://a,https://b",
}
TASKS = COMMON | {
    "CANDLEWICK_JOB": "j",
    "CANDLEWICK_ENGINE": "freqtrade-1",
    "CANDLEWICK_EVENTS_URL": "https://e",
    "CANDLEWICK_RECONCILE_URL": "https://r",
    "CANDLEWICK_SCHEDULER_IDENTITY": "s@p",
    "CANDLEWICK_OIDC_ISSUER": "https://i",
    "CANDLEWICK_OIDC_CERTS_URL": "https://k",
}


def test_in_the_cloud_no_endpoint_is_set() -> None:
    api, tasks = ApiSettings.from_env(API), TaskSettings.from_env(TASKS)

    assert api.common.storage_endpoint is None
    assert api.common.tasks_endpoint is None
    assert tasks.run_endpoint is None


def test_names_become_the_paths_that_google_wants() -> None:
    tasks = TaskSettings.from_env(TASKS)

    assert tasks.common.queue_path == "projects/p/locations/r/queues/q"
    assert tasks.job_path == "projects/p/locations/r/jobs/j"


def test_origins_are_a_list() -> None:
    assert ApiSettings.from_env(API).allowed_origins == {"https://a", "https://b"}


@pytest.mark.parametrize(
    ("read", "env"), [(ApiSettings.from_env, API), (TaskSettings.from_env, TASKS)]
)
def test_everything_that_is_missing_is_named_at_once(read: object, env: dict[str, str]) -> None:
    assert callable(read)

    with pytest.raises(BadSettings) as told:
        read({})

    assert all(name in str(told.value) for name in env)


@pytest.mark.parametrize("name", API)
def test_an_empty_variable_is_missing(name: str) -> None:
    with pytest.raises(BadSettings, match=f"Set {name};"):
        ApiSettings.from_env(API | {name: ""})


GOOGLE = {
    "CANDLEWICK_GOOGLE_CLIENT_ID": "id",
    "CANDLEWICK_GOOGLE_CLIENT_SECRET": "s3cret",
    "CANDLEWICK_SIGN_IN_SECRET": "c00kie",
}


def test_google_sign_in_is_off_until_a_client_is_named() -> None:
    assert ApiSettings.from_env(API).google is None


def test_in_the_cloud_google_is_where_google_is() -> None:
    google = ApiSettings.from_env(API | GOOGLE).google

    assert google is not None
    assert google.authorize_url == "https://accounts.google.com/o/oauth2/v2/auth"
    assert google.token_url == "https://oauth2.googleapis.com/token"
    assert not {"s3cret", "c00kie"} & set(repr(google).split("'"))


def test_half_a_google_client_is_refused_at_the_start() -> None:
    with pytest.raises(
        BadSettings, match="CANDLEWICK_GOOGLE_CLIENT_SECRET, CANDLEWICK_SIGN_IN_SECRET"
    ):
        ApiSettings.from_env(API | {"CANDLEWICK_GOOGLE_CLIENT_ID": "id"})
