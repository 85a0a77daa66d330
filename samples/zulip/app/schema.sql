CREATE TABLE IF NOT EXISTS zerver_message (
  id uuid PRIMARY KEY, sender text NOT NULL, content text NOT NULL, rendered text, search tsvector, sent timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS zerver_scheduled (
  id uuid PRIMARY KEY, kind text NOT NULL, payload jsonb NOT NULL, due timestamptz NOT NULL, delivered timestamptz);
CREATE TABLE IF NOT EXISTS zerver_useractivity (sender text PRIMARY KEY, count int NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS zerver_outbox (id uuid NOT NULL, kind text NOT NULL, sent timestamptz NOT NULL DEFAULT now());

-- The books: what became of every message of every queue, by its id. The programs keep them, in the transactions of their work.
CREATE TABLE IF NOT EXISTS ledger (
  event uuid PRIMARY KEY, queue text NOT NULL, queued int NOT NULL DEFAULT 0, started int NOT NULL DEFAULT 0, done int NOT NULL DEFAULT 0,
  last_started timestamptz);

-- As Zulip's: a trigger notes which messages are to be indexed, process-fts-updates indexes them.
CREATE TABLE IF NOT EXISTS fts_update_log (id bigserial PRIMARY KEY, message_id uuid NOT NULL);
CREATE OR REPLACE FUNCTION note_fts_update() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO fts_update_log (message_id) VALUES (NEW.id); NOTIFY fts_update_log; RETURN NEW; END $$;
DROP TRIGGER IF EXISTS fts_update ON zerver_message;
CREATE TRIGGER fts_update AFTER INSERT OR UPDATE OF content ON zerver_message FOR EACH ROW EXECUTE FUNCTION note_fts_update();
