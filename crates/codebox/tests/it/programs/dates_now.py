# {}
from datetime import date, datetime, timedelta, timezone

def __custom_fn__(variables):
    today = date.today()
    now = datetime.now()
    return [today.isoformat(), (today + timedelta(days=7)).isoformat(), now.strftime("%Y-%m-%d %H:%M"), datetime.now(timezone.utc).isoformat(), datetime.now(timezone(timedelta(hours=-5))).isoformat()]
