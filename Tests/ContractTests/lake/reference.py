"""LAKE_SPEC 2 and 3 a second time, in plain Python on rows: slow, and shares nothing with the Swift code but the text.

Rows are dictionaries; strings are `bytes`, because equality, order and trimming are by UTF-8 bytes.
"""
import calendar
import re
from collections import defaultdict

HELIX_TEXT = ["id", "user_id", "user_login", "user_name", "game_id", "game_name", "type", "title"]
NON_GAMES = set(line.strip().encode() for line in """
just chatting; irl; music; art; asmr; talk shows & podcasts; special events; sports; travel & outdoors; food & drink;
fitness & health; beauty & body art; makers & crafting; science & technology; software and game development; politics;
pools, hot tubs, and beaches; animals, aquariums, and zoos; i'm only sleeping; co-working & studying; writing & reading;
djs; crypto; stocks and bonds; always on; local news & events; unknown
""".replace("\n", " ").split(";"))
assert len(NON_GAMES) == 27

SECOND = 1_000_000
START = re.compile(rb"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z")
EARLIEST = calendar.timegm((2011, 6, 6, 0, 0, 0)) * SECOND


class Settings:
    def __init__(self, min_viewers=10, popular_threshold=1000, utc_offset_minutes=-180, snapshot_seconds=1800,
                 future_tolerance_seconds=300, top_n=10):
        self.min_viewers = min_viewers
        self.popular_threshold = popular_threshold
        self.utc_offset_minutes = utc_offset_minutes
        self.snapshot_seconds = snapshot_seconds
        self.future_tolerance_seconds = future_tolerance_seconds
        self.top_n = top_n

    def environment(self):
        return {name.upper(): str(value) for name, value in vars(self).items()}


def trim(text):
    return text.strip(b" \t\n\r")


def lower(text):
    return bytes(byte + 32 if 65 <= byte <= 90 else byte for byte in text)


def blank(text):
    return text is None or trim(text) == b""


def numeric_id(text):
    """The number, or None."""
    if text is None:
        return None
    digits = trim(text)
    if not 1 <= len(digits) <= 18 or any(not 48 <= byte <= 57 for byte in digits):
        return None
    return int(digits) or None


def started_at(text):
    """Microseconds since the epoch, or None."""
    match = START.fullmatch(text) if text is not None else None
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    if not 1 <= month <= 12 or year < 1 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = int((match[7] or b"0").ljust(9, b"0")[:6])
    instant = calendar.timegm((year, month, day, hour, minute, second)) * SECOND + fraction
    return instant if instant >= EARLIEST else None


def motivo(row, settings):
    start = started_at(row["started_at"])
    rules = [
        ("invalid_id", numeric_id(row["id"]) is None),
        ("invalid_user_id", numeric_id(row["user_id"]) is None),
        ("missing_user_name", blank(row["user_login"]) and blank(row["user_name"])),
        ("not_live", row["type"] is None or lower(trim(row["type"])) != b"live"),
        ("invalid_viewer_count", row["viewer_count"] is None or row["viewer_count"] < 0),
        ("invalid_started_at", start is None),
        ("started_in_future",
         start is not None and start > row["collected_at"] + settings.future_tolerance_seconds * SECOND),
        ("below_min_viewers", row["viewer_count"] is not None and row["viewer_count"] < settings.min_viewers),
    ]
    return next((name for name, fires in rules if fires), None)


def wrap(number):
    """As 64-bit integers do."""
    return (number + 2**63) % 2**64 - 2**63


def features(row, settings):
    start, collected = started_at(row["started_at"]), row["collected_at"]
    login = lower(trim(row["user_login"] or b""))
    category = trim(row["game_name"] or b"") or b"Unknown"
    tags = [trim(tag) for tag in row["tags"] or [] if not blank(tag)]
    viewers = row["viewer_count"]
    interval = min(max((collected - start) // SECOND, 0), settings.snapshot_seconds)
    local = collected + settings.utc_offset_minutes * 60 * SECOND
    hour = local // (3600 * SECOND) % 24
    return {
        "id_stream": numeric_id(row["id"]), "id_streamer": numeric_id(row["user_id"]), "login_streamer": login,
        "nome_streamer": trim(row["user_name"] or b"") or login, "id_categoria": numeric_id(row["game_id"]) or 0,
        "nome_categoria": category,
        "tipo_conteudo": b"Non-Game" if lower(category) in NON_GAMES else b"Game",
        "titulo": trim(row["title"] or b""), "idioma": lower(trim(row["language"] or b"")) or b"other",
        "tags": tags, "qtd_tags": len(tags), "conteudo_adulto": bool(row["is_mature"]), "espectadores": viewers,
        "faixa_espectadores": next((name for bound, name in ((100, b"low"), (1000, b"mid"), (10_000, b"high"),
                                                             (100_000, b"very_high")) if viewers <= bound), b"mega"),
        "popular": viewers > settings.popular_threshold, "inicio_em": start, "coletado_em": collected,
        "slot_coleta": collected // (settings.snapshot_seconds * SECOND) * settings.snapshot_seconds * SECOND,
        "minutos_transmissao": max(0, (collected - start) // (60 * SECOND)), "segundos_intervalo": interval,
        "horas_assistidas_total": float(wrap(viewers * interval)) / 3600.0,
        "data_local": local // (86_400 * SECOND), "hora_local": hour,
        "periodo_dia": [b"Dawn", b"Morning", b"Afternoon", b"Night"][hour // 6], "run_id": row["run_id"],
    }


def silver(bronze, settings):
    """(streams, quarentena, execucoes) of the rows, in no particular order."""
    quarantine, best = [], {}
    runs = {}
    for row in bronze:
        run = runs.setdefault(row["run_id"], {"run_id": row["run_id"], "coletado_em": row["collected_at"],
                                              "linhas_lidas": 0, "linhas_validas": 0, "linhas_duplicadas": 0,
                                              "linhas_quarentena": 0})
        run["linhas_lidas"] += 1
        reason = motivo(row, settings)
        if reason is not None:
            run["linhas_quarentena"] += 1
            quarantine.append({**row, "motivo": reason.encode()})
            continue
        made = features(row, settings)
        key, order = (made["id_stream"], made["slot_coleta"]), (row["collected_at"], row["run_id"], row["row_no"])
        if key in best and best[key][0] > order:
            run["linhas_duplicadas"] += 1
            continue
        if key in best:
            runs[best[key][1]["run_id"]]["linhas_duplicadas"] += 1
        best[key] = (order, made)
    streams = [made for _, made in best.values()]
    for made in streams:
        runs[made["run_id"]]["linhas_validas"] += 1
    return streams, quarantine, list(runs.values())


def group(rows, *keys):
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in keys)].append(row)
    return groups


def watch(rows):
    return wrap(sum(row["espectadores"] * row["segundos_intervalo"] for row in rows))


def measures(rows):
    slots = defaultdict(int)
    for row in rows:
        slots[row["slot_coleta"]] += row["espectadores"]
    return {
        "total_streams": len({row["id_stream"] for row in rows}),
        "total_streamers": len({row["id_streamer"] for row in rows}),
        "total_coletas": len(rows),
        "total_minutos_transmitidos": sum(row["segundos_intervalo"] for row in rows) / 60.0,
        "total_horas_assistidas": watch(rows) / 3600.0,
        "media_espectadores": wrap(sum(row["espectadores"] for row in rows)) / len(rows),
        "pico_espectadores": max(row["espectadores"] for row in rows),
        "pico_simultaneo": max(slots.values()),
        "nome_streamer": max(rows, key=lambda row: (row["slot_coleta"], row["id_stream"]))["nome_streamer"],
    }


COLUMNS = {
    "fato_streams": "id_streamer id_categoria nome_categoria tipo_conteudo periodo_dia idioma nome_streamer"
                    " total_streams total_coletas total_minutos_transmitidos total_horas_assistidas"
                    " media_espectadores pico_espectadores",
    "top_jogos": "posicao id_categoria nome_categoria total_streams total_streamers total_coletas"
                 " total_horas_assistidas media_espectadores pico_simultaneo",
    "top_streamers": "posicao id_streamer nome_streamer total_streams total_coletas total_minutos_transmitidos"
                     " total_horas_assistidas media_espectadores pico_espectadores",
    "participacao_idioma": "idioma total_streams total_coletas total_horas_assistidas fracao_horas fracao_coletas"
                           " fracao_adulto",
    "tendencia_horaria": "hora_local total_slots total_streams total_coletas total_horas_assistidas media_simultanea"
                         " pico_simultaneo",
    "faixa_popularidade": "faixa_espectadores total_streams total_coletas total_horas_assistidas media_espectadores",
}


def gold(rows, settings):
    """The six tables of the silver rows of one local date."""
    total = watch(rows)
    made = {
        "fato_streams": [
            dict(zip(("id_streamer", "id_categoria", "nome_categoria", "tipo_conteudo", "periodo_dia", "idioma"), key),
                 **measures(part))
            for key, part in group(rows, "id_streamer", "id_categoria", "nome_categoria", "tipo_conteudo",
                                   "periodo_dia", "idioma").items()],
        "top_jogos": top(group([row for row in rows if row["tipo_conteudo"] == b"Game"], "id_categoria",
                               "nome_categoria"), ("id_categoria", "nome_categoria"),
                         lambda key: (key[1], key[0]), settings),
        "top_streamers": top(group(rows, "id_streamer"), ("id_streamer",), lambda key: key, settings),
        "participacao_idioma": [
            {"idioma": key[0], **measures(part), "fracao_horas": watch(part) / total if total else 0.0,
             "fracao_coletas": len(part) / len(rows),
             "fracao_adulto": sum(row["conteudo_adulto"] for row in part) / len(part)}
            for key, part in group(rows, "idioma").items()],
        "tendencia_horaria": [
            {"hora_local": key[0], **measures(part), "total_slots": len({row["slot_coleta"] for row in part}),
             "media_simultanea": sum(row["espectadores"] for row in part) / len({row["slot_coleta"] for row in part})}
            for key, part in group(rows, "hora_local").items()],
        "faixa_popularidade": [
            {"faixa_espectadores": key[0], **measures(part)}
            for key, part in group(rows, "faixa_espectadores").items()],
    }
    return {name: [{column: row[column] for column in COLUMNS[name].split()} for row in made[name]] for name in made}


def top(groups, names, tie, settings):
    ranked = sorted(groups.items(), key=lambda item: (-watch(item[1]), tie(item[0])))[:settings.top_n]
    return [dict(zip(names, key), posicao=position, **measures(part))
            for position, (key, part) in enumerate(ranked, start=1)]
