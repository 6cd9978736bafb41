# {"birthday": "1990-05-17"}
from datetime import date, datetime, timedelta

def __custom_fn__(variables):
    born = datetime.strptime(variables["birthday"], "%Y-%m-%d").date()
    day = date(2024, 2, 28) + timedelta(days=2)
    moment = datetime(2026, 3, 29, 14, 5, 9)
    later = moment + timedelta(hours=36, minutes=30)
    return {
        "iso": born.isoformat(), "weekday": born.weekday(), "isoweekday": born.isoweekday(), "leap": str(day), "diff": (date(2026, 1, 1) - born).days,
        "strf": moment.strftime("%d.%m.%Y %H:%M:%S"), "names": moment.strftime("%A %a %B %b %j %y %p %I"), "later": later.isoformat(), "parts": [later.year, later.month, later.day, later.hour, later.minute],
        "cmp": born < day, "replace": moment.replace(hour=0, minute=0).isoformat(), "seconds": timedelta(days=1, seconds=5).total_seconds(), "delta": str(timedelta(hours=25, minutes=3)),
        "from": datetime.fromisoformat("2026-01-02T03:04:05").isoformat(), "date": date.fromisoformat("2026-07-01").strftime("%d/%m/%y"),
    }
