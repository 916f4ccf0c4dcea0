"""Fills the demo's suggestion box: some new, some on their way, one answered and appealed against, one closed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.dates import shanghai_day, start_of_day
from api.demo_leave_rules import new_id
from api.demo_people_rules import People
from api.http import content_hash
from api.postings.models import Division
from api.ratings import suggestion_entry_service, suggestion_steps_service
from api.ratings.codes_rules import RECEIPT, code_from
from api.sealing import Keyring

_BITS = 70
# (days ago, kind, about, whom, text, contact, steps: (days later, step, text), days later that its sender appealed)
_WRITTEN = (
    (2, "suggestion", "village", None, "村口到小学那段路晚上太黑，能不能装几盏路灯。", None, (), None),
    (12, "suggestion", "village", None, "垃圾箱离三组太远，老人走不动，请加一个。", ("周大娘", "13800000001"), (), None),
    (20, "complaint", "village", None, "低保名单贴出来一天就撕了，没看清楚。", None,
     ((3, "accept", None), (6, "note", "已请民政办调出名单核对")), None),
    (34, "suggestion", "village", None, "农家书屋周末也开一下门吧。", None,
     ((2, "accept", None), (9, "answer", "从本月起周六上午开门，由村妇联主席值守。")), None),
    (40, "complaint", "village", None, "修水渠占了我家田坎，说好恢复，三个月没动静。", None,
     ((4, "accept", None), (15, "answer", "施工队已安排，下月恢复。")), 22),
    (9, "complaint", "person", "收水费的那位村干部", "收了水费不给收据，问起来就发火。", ("不愿具名", "13800000002"),
     ((4, "accept", None),), None),
    (16, "suggestion", "app", None, "公开栏页面的字能不能再大一点，家里老人看不清。", None,
     ((3, "accept", None), (10, "answer", "下一版放大，感谢您的建议。")), None),
    (5, "complaint", "app", None, "扫码后有时打不开，要试两三次。", None, (), None),
)


def fill_box(session: Session, *, people: People, identity: Callable[[str], Identity], keys: Keyring, seed: int,
             as_of: datetime) -> None:
    """Put what villagers wrote into the box, and let the offices take their steps, up to now."""
    rng = Random(f"{seed} {as_of.date()} suggestions")
    county = session.scalar(select(Division).where(Division.level == "county"))
    villages = session.scalars(select(Division).where(Division.level == "village").order_by(Division.code)).all()
    today = shanghai_day(as_of)
    for number, (ago, kind, about, whom, text, contact, steps, appealed) in enumerate(_WRITTEN):
        village = villages[number * 7 % len(villages)]
        code = None if about == "app" else village.code
        written_on = today - timedelta(days=ago)
        receipt = code_from(rng.getrandbits(_BITS), RECEIPT)
        name, phone = contact or (None, None)
        said = {"receipt": receipt, "division_code": code, "kind": kind, "about": about, "about_whom": whom,
                "text": text, "name": name, "phone": phone}
        suggestion, _created = suggestion_entry_service.write(
            session, keys, county_code=county.code, id=new_id(rng), content_hash=content_hash(said), today=written_on,
            **said)
        officer = identity(people.supervisor_of[village.code] if about == "village" else "county")
        for later, step, words in steps:
            at = start_of_day(written_on + timedelta(days=later)) + timedelta(hours=10)
            taken = {"step": step, "text": words, "kind": None, "about": None, "about_whom": None}
            suggestion_steps_service.take_step(
                session, identity=officer, suggestion_id=suggestion.id, id=new_id(rng), told=True, now=at,
                content_hash=content_hash(taken), **taken)
        if appealed is not None:
            again = "只是口头答应，田坎还是没恢复。"
            suggestion_entry_service.appeal(
                session, id=new_id(rng), receipt=receipt, text=again, content_hash=content_hash({"text": again}),
                today=written_on + timedelta(days=appealed))
