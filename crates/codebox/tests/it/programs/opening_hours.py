# {"hour": 17}
import datetime

HOURS = {"mon": (9, 18), "sat": (10, 14)}

def is_open(day, hour):
    span = HOURS.get(day)
    return span is not None and span[0] <= hour < span[1]

def __custom_fn__(variables):
    t = datetime.time(variables["hour"], 30)
    return [is_open("mon", variables["hour"]), is_open("sat", variables["hour"]), is_open("sun", 12), t.isoformat(), t.hour]
