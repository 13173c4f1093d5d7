BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'grimoire','001_the_log_and_what_lies_around_it','2026-11-21 08:25:39.925396+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'grimoire','002_carrying_and_settings','2026-11-21 08:25:39.937618+00:00');
CREATE TABLE attempts (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order of events; clocks may go back, this may not
    key NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('answer', 'undo')),
    learner INTEGER NOT NULL REFERENCES learners (id),
    undoes INTEGER REFERENCES attempts (sequence),
    topic NOT NULL,
    question NOT NULL,
    fingerprint,
    correct INTEGER CHECK (correct IN (0, 1)),   -- machine's "correct", so that progress need not parse JSON
    confidence INTEGER CHECK (confidence BETWEEN 1 AND 4),
    hint_used INTEGER CHECK (hint_used IN (0, 1)),
    seconds REAL,
    at TEXT NOT NULL,                            -- UTC, ISO 8601
    machine,                                     -- JSON
    answer, position INTEGER, batch INTEGER REFERENCES batches (id),                                      -- last: a long one need not be read for what stands before it
    CHECK ((kind = 'undo') = (undoes IS NOT NULL)),
    CHECK (kind = 'undo' OR (fingerprint IS NOT NULL AND answer IS NOT NULL AND machine IS NOT NULL
           AND confidence IS NOT NULL AND hint_used IS NOT NULL AND seconds IS NOT NULL))
);
INSERT INTO "attempts" VALUES(1,'key-0','answer',1,NULL,'clustering','4.q1','0123456789abcdef',1,1,0,0.0,'2026-01-02T03:04:00.000000+00:00','{"correct": true, "points": ["present"]}','answer 0',1767323040000000,NULL);
INSERT INTO "attempts" VALUES(2,'key-1','answer',1,NULL,'clustering','4.q2','0123456789abcdef',0,2,0,1.5,'2026-01-02T03:04:01.000000+00:00','{"correct": false, "points": ["present"]}','answer 1',1767323041000000,NULL);
INSERT INTO "attempts" VALUES(3,'key-2','answer',1,NULL,'clustering','4.q1','0123456789abcdef',NULL,3,1,3.0,'2026-01-02T03:04:02.000000+00:00','{"correct": null, "points": ["present"]}','answer 2',1767323042000000,NULL);
INSERT INTO "attempts" VALUES(4,'key-3','answer',1,NULL,'clustering','4.q3','0123456789abcdef',1,4,0,4.5,'2026-01-02T03:04:03.000000+00:00','{"correct": true, "points": ["present"]}','answer 3',1767323043000000,NULL);
INSERT INTO "attempts" VALUES(5,'undo:key-3','undo',1,4,'clustering','4.q3',NULL,NULL,NULL,NULL,NULL,'2026-11-21T08:25:39.944839+00:00',NULL,NULL,1795249539944839,NULL);
INSERT INTO "attempts" VALUES(6,'hostile','answer',2,NULL,'linear_regression','2.q1','fedcba9876543210',NULL,2,0,60.0,'2026-11-21T08:25:39.945808+00:00','{}',X'4E554C20002C206C6F6E6520EDA0802C203C623E26222720245C6C616D6264612420CEBB',1795249539945808,NULL);
CREATE TABLE batch_turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch INTEGER NOT NULL REFERENCES batches (id),
    undone INTEGER NOT NULL CHECK (undone IN (0, 1)),
    at TEXT NOT NULL
);
INSERT INTO "batch_turns" VALUES(1,1,1,'2026-11-21T08:25:39.955618+00:00');
CREATE TABLE batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    source NOT NULL,                             -- name of the file that was read
    counts NOT NULL                              -- JSON: how many rows it brought, by table
);
INSERT INTO "batches" VALUES(1,'2026-11-21T08:25:39.954916+00:00','export_1.jsonl','{"marks": 5, "predictions": 2}');
CREATE TABLE drafts (
    learner INTEGER NOT NULL REFERENCES learners (id),
    question NOT NULL,
    text NOT NULL,
    seconds REAL NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (learner, question)
);
INSERT INTO "drafts" VALUES(2,'2.q2',X'6472616674204E554C20002C206C6F6E6520EDA0802C203C623E26222720245C6C616D6264612420CEBB',12.0,'2026-11-21T08:25:39.946274+00:00');
CREATE TABLE learners (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name NOT NULL,
    folded NOT NULL UNIQUE,  -- the name without case: what makes two names the same
    since TEXT NOT NULL
, key, batch INTEGER REFERENCES batches (id));
INSERT INTO "learners" VALUES(1,'Noor','noor','2026-11-21T08:25:39.939284+00:00','40d53e01bab74b5f808d2086693bde06',NULL);
INSERT INTO "learners" VALUES(2,'Zoë Ångström','zoë ångström','2026-11-21T08:25:39.939745+00:00','bac6b33cc7ff4545a2e33363f7f33115',NULL);
CREATE TABLE marks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    attempt INTEGER NOT NULL REFERENCES attempts (sequence),
    marks NOT NULL,                              -- JSON
    recalled INTEGER CHECK (recalled IN (0, 1)),
    at TEXT NOT NULL
, key, position INTEGER, batch INTEGER REFERENCES batches (id));
INSERT INTO "marks" VALUES(1,1,'{"0": false}',1,'2026-11-21T08:25:39.941092+00:00','399653856f2941afb6714f4ac16ecca9',1795249539941092,NULL);
INSERT INTO "marks" VALUES(2,2,'{"0": true}',0,'2026-11-21T08:25:39.942305+00:00','cb4e9c08a36f46b585381c09400d0245',1795249539942305,NULL);
INSERT INTO "marks" VALUES(3,3,'{"0": true}',1,'2026-11-21T08:25:39.943186+00:00','06e8646ed4f6439089cfb1f381f37bf6',1795249539943186,NULL);
INSERT INTO "marks" VALUES(4,4,'{"0": true}',1,'2026-11-21T08:25:39.944017+00:00','f014b95235354ac78cc4ab974be92b6f',1795249539944017,NULL);
INSERT INTO "marks" VALUES(5,1,'{"0": true}',1,'2026-11-21T08:25:39.944432+00:00','96cb6c8d9390476f9a29241e4d792f6b',1795249539944432,NULL);
INSERT INTO "marks" VALUES(6,1,'{"0": false}',1,'2026-11-21T02:15:09.507114+00:00','mark:77447e4d891851c0f0dbd7c41ecff0e9',1795227309507114,1);
INSERT INTO "marks" VALUES(7,2,'{"0": true}',0,'2026-11-21T02:15:09.507895+00:00','mark:a2caff8885ebe4a4196022a008a88cb0',1795227309507895,1);
INSERT INTO "marks" VALUES(8,3,'{"0": true}',1,'2026-11-21T02:15:09.508557+00:00','mark:65f46e372e0f86c71f6939587e8e91a4',1795227309508557,1);
INSERT INTO "marks" VALUES(9,4,'{"0": true}',1,'2026-11-21T02:15:09.509196+00:00','mark:8e65737bf1501de94a689ba5a56f0296',1795227309509196,1);
INSERT INTO "marks" VALUES(10,1,'{"0": true}',1,'2026-11-21T02:15:09.509514+00:00','mark:b5a01d16f337831f85f3276093240181',1795227309509514,1);
CREATE TABLE predictions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    learner INTEGER NOT NULL REFERENCES learners (id),
    topic NOT NULL,
    experiment NOT NULL,
    choice INTEGER,                              -- NULL: skipped
    was_right INTEGER CHECK (was_right IN (0, 1)),
    at TEXT NOT NULL
, key, position INTEGER, batch INTEGER REFERENCES batches (id));
INSERT INTO "predictions" VALUES(1,1,'clustering','lloyd',2,1,'2026-11-21T08:25:39.946614+00:00','bd43c860594d45d8931d3b6419fff472',1795249539946614,NULL);
INSERT INTO "predictions" VALUES(2,1,'clustering','inits',NULL,NULL,'2026-11-21T08:25:39.947081+00:00','822fcbcee6534d299309d096ca883ce5',1795249539947081,NULL);
INSERT INTO "predictions" VALUES(3,1,'clustering','lloyd',2,1,'2026-11-21T02:15:09.511192+00:00','prediction:2253067819d754c3ea8b6b95ee9cf0c0',1795227309511192,1);
INSERT INTO "predictions" VALUES(4,1,'clustering','inits',NULL,NULL,'2026-11-21T02:15:09.511525+00:00','prediction:e0d7ea83c3c1be422b091578a6561eea',1795227309511525,1);
CREATE TABLE readings (
    learner INTEGER NOT NULL REFERENCES learners (id),
    topic NOT NULL,
    anchor NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (learner, topic)
);
INSERT INTO "readings" VALUES(2,'linear_regression','worked-example','2026-11-21T08:25:39.947841+00:00');
CREATE TABLE replaced (                          -- what an import put in the place of what: drafts, readings, settings
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch INTEGER NOT NULL REFERENCES batches (id),
    kind TEXT NOT NULL,
    learner INTEGER NOT NULL REFERENCES learners (id),
    name NOT NULL,
    before,                                      -- JSON; NULL: there was nothing
    after NOT NULL                               -- JSON
);
CREATE TABLE returned (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch INTEGER REFERENCES batches (id),       -- NULL: by hand
    kind TEXT NOT NULL,                          -- the event's table
    event NOT NULL                               -- and its key
);
CREATE TABLE settings (
    learner INTEGER NOT NULL REFERENCES learners (id),
    name NOT NULL,
    value NOT NULL,                              -- JSON
    at TEXT NOT NULL,
    PRIMARY KEY (learner, name)
);
INSERT INTO "settings" VALUES(1,'wishes','{"retention": 0.85, "exam": null}','2026-11-21T08:25:39.947479+00:00');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX attempts_of_learner ON attempts (learner, question);
CREATE UNIQUE INDEX attempts_undone_once ON attempts (undoes) WHERE undoes IS NOT NULL;
CREATE TRIGGER attempts_not_deleted BEFORE DELETE ON attempts BEGIN
    SELECT RAISE(ABORT, 'attempts is append-only: a row is never deleted');
END;
CREATE TRIGGER marks_not_deleted BEFORE DELETE ON marks BEGIN
    SELECT RAISE(ABORT, 'marks is append-only: a row is never deleted');
END;
CREATE TRIGGER predictions_not_deleted BEFORE DELETE ON predictions BEGIN
    SELECT RAISE(ABORT, 'predictions is append-only: a row is never deleted');
END;
CREATE UNIQUE INDEX learners_key ON learners (key);
CREATE UNIQUE INDEX marks_key ON marks (key);
CREATE UNIQUE INDEX predictions_key ON predictions (key);
CREATE INDEX attempts_in_order ON attempts (learner, position, key);
CREATE INDEX predictions_in_order ON predictions (learner, position, key);
CREATE INDEX marks_in_order ON marks (attempt, position, key);
CREATE INDEX turns_of_batch ON batch_turns (batch);
CREATE INDEX returned_events ON returned (kind, event);
CREATE INDEX replaced_of_batch ON replaced (batch);
CREATE VIEW undone_batches AS
    SELECT batch FROM batch_turns AS turn
    WHERE undone AND id = (SELECT max(id) FROM batch_turns WHERE batch = turn.batch);
CREATE VIEW attempts_here AS
    SELECT * FROM attempts AS a WHERE (a.batch IS NULL OR a.batch NOT IN undone_batches OR EXISTS (
        SELECT 1 FROM returned WHERE kind = 'attempts' AND event = a.key
        AND (returned.batch IS NULL OR returned.batch NOT IN undone_batches)))
    AND (undoes IS NULL OR EXISTS (SELECT 1 FROM attempts AS t WHERE t.sequence = a.undoes AND (t.batch IS NULL OR t.batch NOT IN undone_batches OR EXISTS (
        SELECT 1 FROM returned WHERE kind = 'attempts' AND event = t.key
        AND (returned.batch IS NULL OR returned.batch NOT IN undone_batches)))));
CREATE VIEW marks_here AS
    SELECT * FROM marks AS m WHERE (m.batch IS NULL OR m.batch NOT IN undone_batches OR EXISTS (
        SELECT 1 FROM returned WHERE kind = 'marks' AND event = m.key
        AND (returned.batch IS NULL OR returned.batch NOT IN undone_batches)))
    AND EXISTS (SELECT 1 FROM attempts AS a WHERE a.sequence = m.attempt AND (a.batch IS NULL OR a.batch NOT IN undone_batches OR EXISTS (
        SELECT 1 FROM returned WHERE kind = 'attempts' AND event = a.key
        AND (returned.batch IS NULL OR returned.batch NOT IN undone_batches))));
CREATE VIEW predictions_here AS
    SELECT * FROM predictions AS p WHERE (p.batch IS NULL OR p.batch NOT IN undone_batches OR EXISTS (
        SELECT 1 FROM returned WHERE kind = 'predictions' AND event = p.key
        AND (returned.batch IS NULL OR returned.batch NOT IN undone_batches)));
CREATE VIEW answers AS
    SELECT a.*, m.marks, m.recalled,
        EXISTS (SELECT 1 FROM attempts AS u WHERE u.undoes = a.sequence AND (u.batch IS NULL OR u.batch NOT IN undone_batches OR EXISTS (
        SELECT 1 FROM returned WHERE kind = 'attempts' AND event = u.key
        AND (returned.batch IS NULL OR returned.batch NOT IN undone_batches)))) AS undone
    FROM attempts AS a
    LEFT JOIN marks AS m ON m.id = (SELECT k.id FROM marks AS k WHERE k.attempt = a.sequence AND (k.batch IS NULL OR k.batch NOT IN undone_batches OR EXISTS (
        SELECT 1 FROM returned WHERE kind = 'marks' AND event = k.key
        AND (returned.batch IS NULL OR returned.batch NOT IN undone_batches)))
                                    ORDER BY k.position DESC, k.key DESC LIMIT 1)
    WHERE a.kind = 'answer' AND (a.batch IS NULL OR a.batch NOT IN undone_batches OR EXISTS (
        SELECT 1 FROM returned WHERE kind = 'attempts' AND event = a.key
        AND (returned.batch IS NULL OR returned.batch NOT IN undone_batches)));
CREATE VIEW learners_here AS
    SELECT * FROM learners AS l WHERE l.batch IS NULL OR l.batch NOT IN undone_batches
    OR EXISTS (SELECT 1 FROM attempts_here WHERE learner = l.id)
    OR EXISTS (SELECT 1 FROM predictions_here WHERE learner = l.id)
    OR EXISTS (SELECT 1 FROM drafts WHERE learner = l.id)
    OR EXISTS (SELECT 1 FROM readings WHERE learner = l.id)
    OR EXISTS (SELECT 1 FROM settings WHERE learner = l.id);
CREATE TRIGGER attempts_not_changed BEFORE UPDATE ON attempts BEGIN
    SELECT RAISE(ABORT, 'attempts is append-only: a row is never changed');
END;
CREATE TRIGGER marks_not_changed BEFORE UPDATE ON marks BEGIN
    SELECT RAISE(ABORT, 'marks is append-only: a row is never changed');
END;
CREATE TRIGGER predictions_not_changed BEFORE UPDATE ON predictions BEGIN
    SELECT RAISE(ABORT, 'predictions is append-only: a row is never changed');
END;
CREATE TRIGGER batches_not_changed BEFORE UPDATE ON batches BEGIN
    SELECT RAISE(ABORT, 'batches is append-only: a row is never changed');
END;
CREATE TRIGGER batch_turns_not_changed BEFORE UPDATE ON batch_turns BEGIN
    SELECT RAISE(ABORT, 'batch_turns is append-only: a row is never changed');
END;
CREATE TRIGGER returned_not_changed BEFORE UPDATE ON returned BEGIN
    SELECT RAISE(ABORT, 'returned is append-only: a row is never changed');
END;
CREATE TRIGGER replaced_not_changed BEFORE UPDATE ON replaced BEGIN
    SELECT RAISE(ABORT, 'replaced is append-only: a row is never changed');
END;
CREATE TRIGGER batches_not_deleted BEFORE DELETE ON batches BEGIN
    SELECT RAISE(ABORT, 'batches is append-only: a row is never deleted');
END;
CREATE TRIGGER batch_turns_not_deleted BEFORE DELETE ON batch_turns BEGIN
    SELECT RAISE(ABORT, 'batch_turns is append-only: a row is never deleted');
END;
CREATE TRIGGER returned_not_deleted BEFORE DELETE ON returned BEGIN
    SELECT RAISE(ABORT, 'returned is append-only: a row is never deleted');
END;
CREATE TRIGGER replaced_not_deleted BEFORE DELETE ON replaced BEGIN
    SELECT RAISE(ABORT, 'replaced is append-only: a row is never deleted');
END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('learners',2);
INSERT INTO "sqlite_sequence" VALUES('attempts',6);
INSERT INTO "sqlite_sequence" VALUES('marks',10);
INSERT INTO "sqlite_sequence" VALUES('predictions',4);
INSERT INTO "sqlite_sequence" VALUES('batches',1);
INSERT INTO "sqlite_sequence" VALUES('batch_turns',1);
COMMIT;
PRAGMA application_id = 1198680429;
PRAGMA user_version = 2;
