"""Guessing passwords: the same answer and cost for every wrong one, and limits that all servers share."""

from datetime import timedelta

from sqlalchemy import func, select, update

from api.postings import accounts_service
from api.postings.account_models import LogInCount, User
from tests.conftest import NOW
from tests.parallel import in_parallel
from tests.test_auth import PASSWORD, SAFE, log_in


def test_an_unknown_name_and_a_wrong_password_look_the_same_and_cost_the_same(client, county, hashes):
    known, without = county.person("admin"), county.person("admin")
    disabled = county.person("admin")
    known.user.password_hash = disabled.user.password_hash = "hash of " + PASSWORD
    disabled.user.disabled_at = NOW
    county.session.commit()
    answers = []
    for name, password in (("nobody", PASSWORD), (known.user.username, "wrong"), (without.user.username, PASSWORD),
                           (disabled.user.username, PASSWORD), ("用户", "x"), ("a" * 200, "x")):
        hashes.clear()
        answer = log_in(client, name, password)
        answers.append((answer.status_code, {**answer.json, "request_id": ""}, len(hashes),
                        sorted(set(answer.headers.keys()))))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][:3] == (401, {"code": 401, "status": "Unauthorized", "reason": "wrong_credentials",
                                    "message": "用户名或密码不对。", "errors": {}, "request_id": ""}, 1)


def guess(client, name, address="10.0.0.1"):
    answer = log_in(client, name, "wrong", environ_base={"REMOTE_ADDR": address})
    return answer.status_code, answer.headers.get("Retry-After")


def test_a_name_is_guessed_eight_times_from_wherever(client, county, hashes, clock):
    name = county.person("admin").user.username
    found = [guess(client, name, f"10.0.0.{n}") for n in range(10)]
    assert found == [(401, None)] * 8 + [(429, "901")] * 2
    # What is refused costs nothing, and another name is not concerned.
    hashes.clear()
    assert (guess(client, name.upper(), "10.9.9.9")[0], hashes) == (429, [])
    assert guess(client, "somebody-else")[0] == 401
    clock.now = NOW + timedelta(minutes=10)
    answer = log_in(client, name, "wrong")
    assert (answer.headers["Retry-After"], answer.json["message"]) == ("301", "试错太多次，请 6 分钟后再试。")
    clock.now = NOW + timedelta(minutes=15)
    assert guess(client, name)[0] == 401


def test_a_right_password_does_not_open_a_name_that_is_being_guessed(client, county, hashes):
    person = county.person("admin")
    person.user.password_hash = "hash of " + PASSWORD
    county.session.commit()
    for _ in range(8):
        guess(client, person.user.username)
    assert log_in(client, person.user.username).status_code == 429


def test_an_address_is_good_for_a_hundred_guesses(client, county, hashes):
    found = [guess(client, f"name{n}")[0] for n in range(102)]
    assert found == [401] * 100 + [429] * 2
    assert guess(client, "name200", "10.0.0.2")[0] == 401


def test_a_forwarded_address_is_believed_only_behind_known_proxies(connection, county, make_app, hashes):
    county.session.commit()
    counted = {}
    for proxies in (0, 1):
        client = make_app(bind=connection, PROXIES=proxies).test_client()
        log_in(client, f"name{proxies}", "wrong", headers={"X-Forwarded-For": "6.6.6.6, 7.7.7.7"},
               environ_base={"REMOTE_ADDR": f"10.0.0.{proxies}"})
        keys = {address: accounts_service.log_in_keys(secret=b"test", username="x", address=address)
                for address in ("6.6.6.6", "7.7.7.7", f"10.0.0.{proxies}")}
        held = set(county.session.scalars(select(LogInCount.key)))
        counted[proxies] = [address for address, found in keys.items() if list(found)[1] in held]
    # The first entry is the attacker's own word.
    assert counted == {0: ["10.0.0.0"], 1: ["7.7.7.7"]}


def test_guesses_are_counted_across_servers_on_one_database(own_county, own_database, make_app, hashes):
    one, other = make_app(own_database).test_client(), make_app(own_database).test_client()
    found = [guess(client, "user1")[0] for client in (one, other) * 5]
    assert found == [401] * 8 + [429] * 2


def test_guesses_sent_all_at_once_are_counted_one_by_one(own_county, own_database, make_app, hashes):
    app = make_app(own_database)
    found = in_parallel([lambda: guess(app.test_client(), "user1")[0]] * 16)
    assert sorted(found) == [401] * 8 + [429] * 8


def test_a_log_in_leaves_the_counters_as_they_were(client, county, hashes):
    person = county.person("admin")
    person.user.password_hash = "hash of " + PASSWORD
    county.session.commit()
    for _ in range(20):
        assert log_in(client, person.user.username).status_code == 201
        client.delete("/api/v1/sessions/current", headers=SAFE)
    assert county.session.scalar(select(func.coalesce(func.sum(LogInCount.failures), 0))) == 0


def test_counters_tell_nobody_who_was_tried_from_where(client, county, hashes):
    guess(client, "wang.wei", "10.0.0.7")
    keys = county.session.scalars(select(LogInCount.key)).all()
    assert [len(key) for key in keys] == [32, 32]
    assert not any(b"wang" in key or b"10.0" in key for key in keys)


def test_old_counters_are_dropped(client, county, hashes, clock):
    guess(client, "wang.wei")
    clock.now = NOW + timedelta(minutes=16)
    guess(client, "li.na", "10.0.0.2")
    assert county.session.scalar(select(func.count()).select_from(LogInCount)) == 2


def test_a_password_changed_during_the_log_in_counts_as_wrong(client, county, hashes, monkeypatch):
    person = county.person("admin")
    person.user.password_hash = "hash of " + PASSWORD
    county.session.commit()
    fits = accounts_service.password_fits

    def changed_meanwhile(stored, password):
        county.session.execute(update(User).where(User.id == person.user.id).values(password_hash="hash of other"))
        county.session.commit()
        return fits(stored, password)

    monkeypatch.setattr(accounts_service, "password_fits", changed_meanwhile)
    assert log_in(client, person.user.username).status_code == 401
