"""People through the API: found, added, changed, and what happened with them."""

from tests.api.client import ApiClient


def test_a_person_is_added_with_a_name_alone(api: ApiClient) -> None:
    answer = api.post("/contacts", {"name": "Marta Oliveira"})

    assert answer.status_code == 201
    assert api.get(f"/contacts/{answer.json()['id']}").json() == answer.json()
