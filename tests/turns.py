"""Does anybody have a turn now? A question to the database, with what the turn is called (`kakou.web.turns`)."""

HELD = """select exists(select from pg_locks where locktype = 'advisory' and objsubid = 1 and granted
  and database = (select oid from pg_database where datname = current_database())
  and ((classid::bigint << 32) | objid::bigint) = hashtextextended(%s, 0))"""
