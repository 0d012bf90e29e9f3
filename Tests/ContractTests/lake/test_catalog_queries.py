"""The queries of docs/sql/queries: the same answer from every engine that they are for, and the right one."""
import collections
import math
import re

import catalogue
import lakefiles
import pytest
import sqlglot

QUERIES = {path.stem: path.read_text() for path in sorted((catalogue.ROOT / "docs/sql/queries").glob("*.sql"))}


def engines(text):
    """The engines in a query's `-- engines:` line; all of them without one."""
    lines = [line for line in text.splitlines() if line.startswith("-- engines:")]
    return lines[0].split(":")[1].split() if lines else [*catalogue.ENGINES, "athena"]


@pytest.fixture(scope="module")
def dirty_engines(dirty_lake):
    return {name: engine(catalogue.script(dirty_lake, name)) for name, engine in catalogue.ENGINES.items()}


@pytest.fixture(scope="module")
def demo_engines(demo_lake):
    return {name: engine(catalogue.script(demo_lake, name)) for name, engine in catalogue.ENGINES.items()}


def same(left, right):
    return len(left) == len(right) and all(
        list(one) == list(other) and all(
            lakefiles.same(*map(plain, pair)) for pair in zip(one.values(), other.values()))
        for one, other in zip(left, right))


def plain(value):
    """Engines differ in whether a quotient or a sum of integers is a decimal, an integer or a double."""
    return float(value) if value is not None and not isinstance(value, (bytes, list)) else value


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_gives_rows_and_the_same_from_each_engine(dirty_engines, demo_engines, name):
    made = demo_engines if "game_streams_enriched" in QUERIES[name] else dirty_engines
    answers = [catalogue.rows(made[engine].table(QUERIES[name].rstrip().rstrip(";")))
               for engine in engines(QUERIES[name]) if engine in made]
    assert answers and answers[0]
    assert all(same(answers[0], answer) for answer in answers[1:]), answers


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_is_in_athenas_grammar(name):
    assert "athena" in engines(QUERIES[name])
    trees = sqlglot.parse(QUERIES[name], dialect="athena")
    assert len([tree for tree in trees if tree is not None]) == 1
    views = {table.name for table in trees[0].find_all(sqlglot.exp.Table)} - {"by_date", "by_slot", "changes"}
    assert views <= {*catalogue.VIEWS.values(), *catalogue.TABLES}


def test_the_readme_lists_every_query():
    readme = (catalogue.ROOT / "docs" / "sql" / "README.md").read_text()
    assert set(re.findall(r"queries/(\w+)\.sql", readme)) == set(QUERIES)


def answer(engines, name):
    return catalogue.rows(engines["duckdb"].table(QUERIES[name].rstrip().rstrip(";")))


def hours(rows):
    return sum(row["espectadores"] * row["segundos_intervalo"] for row in rows) / 3600


def grouped(rows, *keys):
    groups = collections.defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in keys)].append(row)
    return groups


@pytest.fixture(scope="module")
def streams(dirty_lake):
    return catalogue.expected(dirty_lake, "silver_streams")


def test_top_games(dirty_engines, streams):
    games = grouped([row for row in streams if row["tipo_conteudo"] == b"Game"], "id_categoria", "nome_categoria")
    ranked = sorted(games.items(), key=lambda item: (-hours(item[1]), item[0][1], item[0][0]))[:10]
    found = answer(dirty_engines, "top_games_by_hours")
    assert [(row["category_id"], row["category_name"]) for row in found] == [key for key, _ in ranked]
    for row, (_, rows) in zip(found, ranked):
        assert math.isclose(row["hours"], hours(rows), rel_tol=1e-9)
        assert row["peak"] == max(row["espectadores"] for row in rows)


def test_growth_of_streamers_and_categories(dirty_engines, streams):
    by_date = {key: sum(row["espectadores"] for row in rows) / len(rows)
               for key, rows in grouped(streams, "id_streamer", "data_local").items()}
    for row in answer(dirty_engines, "streamer_growth"):
        dates = sorted(date for streamer, date in by_date if streamer == row["streamer_id"])
        date = row["local_date"]
        before = dates[dates.index(date) - 1]
        change = by_date[row["streamer_id"], date] - by_date[row["streamer_id"], before]
        assert before < date and math.isclose(row["growth"], change, rel_tol=1e-9, abs_tol=1e-6)
    totals = {key: hours(rows) for key, rows in grouped(streams, "id_categoria", "nome_categoria", "data_local").items()}
    for row in answer(dirty_engines, "rising_categories"):
        total = totals[row["category_id"], row["category_name"], row["local_date"]]
        assert math.isclose(row["hours"], total, rel_tol=1e-9) and row["gain"] > 0


def test_best_hours(dirty_engines, streams):
    expected = {hour: sum(row["espectadores"] for row in rows) / len({row["slot_coleta"] for row in rows})
                for (hour,), rows in grouped(streams, "hora_local").items()}
    found = {row["local_hour"]: row["viewers"] for row in answer(dirty_engines, "best_hours")}
    assert found == pytest.approx(expected, rel=1e-9)
    assert list(found) == sorted(found, key=lambda hour: -found[hour])


def test_segments_and_shares(dirty_engines, streams):
    expected = {key: hours(rows) for key, rows in grouped(streams, "idioma", "tipo_conteudo").items()}
    found = {(row["language"], row["content_type"]): row["hours"]
             for row in answer(dirty_engines, "audience_segments")}
    assert found == pytest.approx(expected, rel=1e-9)
    shares = collections.Counter()
    for row in answer(dirty_engines, "language_share"):
        shares[row["local_date"]] += row["watch_hours_share"]
    assert all(math.isclose(total, 1, rel_tol=1e-9) for total in shares.values()) and len(shares) == 3


def test_viewers_now_and_over_time(dirty_engines, streams):
    newest = max(row["slot_coleta"] for row in streams)
    rows = [row for row in streams if row["slot_coleta"] == newest]
    assert [list(map(int, row.values())) for row in answer(dirty_engines, "viewers_now")] == [
        [newest, sum(row["espectadores"] for row in rows), len(rows), len({row["id_streamer"] for row in rows})]]
    over_time = answer(dirty_engines, "games_over_time")
    games = [row for row in streams if row["tipo_conteudo"] == b"Game"]
    assert sum(int(row["total_viewers"]) for row in over_time) == sum(row["espectadores"] for row in games)
    best = answer(dirty_engines, "top_streamers_now")
    assert [row["viewers"] for row in best] == sorted((row["espectadores"] for row in rows), reverse=True)[:20]
    assert all(len(row["title_preview"].decode()) <= 50 for row in best)


def test_sudden_rises(dirty_engines, streams):
    totals = {key: sum(row["espectadores"] for row in rows)
              for key, rows in grouped(streams, "id_categoria", "nome_categoria", "slot_coleta").items()}
    expected = set()
    for category in {key[:2] for key in totals}:
        slots = sorted(key[2] for key in totals if key[:2] == category)
        for before, now in zip(slots, slots[1:]):
            if totals[*category, now] > 1000 and totals[*category, now] >= 2 * totals[*category, before] > 0:
                expected.add((now, *category))
    assert expected
    assert {(row["slot"], row["category_id"], row["category_name"])
            for row in answer(dirty_engines, "sudden_rises")} == expected


def test_best_snapshots(dirty_engines, dirty_lake, streams):
    ranked = {(row["data_local"], row["posicao"]): row for row in catalogue.expected(dirty_lake, "gold_top_streamers")}
    found = answer(dirty_engines, "best_snapshots")
    assert {(row["local_date"], row["rank"]) for row in found} == set(ranked)
    for row in found:
        gold = ranked[row["local_date"], row["rank"]]
        assert row["viewers"] == gold["pico_espectadores"]
        assert any(shot["id_streamer"] == gold["id_streamer"] and shot["espectadores"] == row["viewers"]
                   and shot["nome_categoria"] == row["category_name"] for shot in streams)


def test_tags(dirty_engines, streams):
    counts = collections.Counter(tag for row in streams for tag in row["tags"])
    found = {row["tag"]: row["snapshots"] for row in answer(dirty_engines, "popular_tags")}
    assert list(found.items()) == sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10]


def test_quality(dirty_engines, dirty_lake):
    reasons = collections.Counter(
        (row["dt"], row["motivo"]) for row in catalogue.expected(dirty_lake, "silver_quarentena"))
    found = {(row["dt"], row["reason"]): row["refused"] for row in answer(dirty_engines, "quarantine_reasons")}
    assert found == reasons
    for row in answer(dirty_engines, "data_quality"):
        assert row["rows_read"] == row["rows_kept"] + row["rows_duplicate"] + row["rows_quarantined"]
        assert math.isclose(row["kept_share"], row["rows_kept"] / row["rows_read"], rel_tol=1e-9)
