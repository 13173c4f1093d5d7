BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'grimoire','001_the_log_and_what_lies_around_it','2026-11-21 02:15:09.504939+00:00');
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
    answer,                                      -- last: a long one need not be read for what stands before it
    CHECK ((kind = 'undo') = (undoes IS NOT NULL)),
    CHECK (kind = 'undo' OR (fingerprint IS NOT NULL AND answer IS NOT NULL AND machine IS NOT NULL
           AND confidence IS NOT NULL AND hint_used IS NOT NULL AND seconds IS NOT NULL))
);
INSERT INTO "attempts" VALUES(1,'key-0','answer',1,NULL,'clustering','4.q1','0123456789abcdef',1,1,0,0.0,'2026-01-02T03:04:00.000000+00:00','{"correct": true, "points": ["present"]}','answer 0');
INSERT INTO "attempts" VALUES(2,'key-1','answer',1,NULL,'clustering','4.q2','0123456789abcdef',0,2,0,1.5,'2026-01-02T03:04:01.000000+00:00','{"correct": false, "points": ["present"]}','answer 1');
INSERT INTO "attempts" VALUES(3,'key-2','answer',1,NULL,'clustering','4.q1','0123456789abcdef',NULL,3,1,3.0,'2026-01-02T03:04:02.000000+00:00','{"correct": null, "points": ["present"]}','answer 2');
INSERT INTO "attempts" VALUES(4,'key-3','answer',1,NULL,'clustering','4.q3','0123456789abcdef',1,4,0,4.5,'2026-01-02T03:04:03.000000+00:00','{"correct": true, "points": ["present"]}','answer 3');
INSERT INTO "attempts" VALUES(5,'undo:4','undo',1,4,'clustering','4.q3',NULL,NULL,NULL,NULL,NULL,'2026-11-21T02:15:09.509810+00:00',NULL,NULL);
INSERT INTO "attempts" VALUES(6,'hostile','answer',2,NULL,'linear_regression','2.q1','fedcba9876543210',NULL,2,0,60.0,'2026-11-21T02:15:09.510459+00:00','{}',X'4E554C20002C206C6F6E6520EDA0802C203C623E26222720245C6C616D6264612420CEBB');
CREATE TABLE drafts (
    learner INTEGER NOT NULL REFERENCES learners (id),
    question NOT NULL,
    text NOT NULL,
    seconds REAL NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (learner, question)
);
INSERT INTO "drafts" VALUES(2,'2.q2',X'6472616674204E554C20002C206C6F6E6520EDA0802C203C623E26222720245C6C616D6264612420CEBB',12.0,'2026-11-21T02:15:09.510893+00:00');
CREATE TABLE learners (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name NOT NULL,
    folded NOT NULL UNIQUE,  -- the name without case: what makes two names the same
    since TEXT NOT NULL
);
INSERT INTO "learners" VALUES(1,'Noor','noor','2026-11-21T02:15:09.505910+00:00');
INSERT INTO "learners" VALUES(2,'Zoë Ångström','zoë ångström','2026-11-21T02:15:09.506236+00:00');
CREATE TABLE marks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    attempt INTEGER NOT NULL REFERENCES attempts (sequence),
    marks NOT NULL,                              -- JSON
    recalled INTEGER CHECK (recalled IN (0, 1)),
    at TEXT NOT NULL
);
INSERT INTO "marks" VALUES(1,1,'{"0": false}',1,'2026-11-21T02:15:09.507114+00:00');
INSERT INTO "marks" VALUES(2,2,'{"0": true}',0,'2026-11-21T02:15:09.507895+00:00');
INSERT INTO "marks" VALUES(3,3,'{"0": true}',1,'2026-11-21T02:15:09.508557+00:00');
INSERT INTO "marks" VALUES(4,4,'{"0": true}',1,'2026-11-21T02:15:09.509196+00:00');
INSERT INTO "marks" VALUES(5,1,'{"0": true}',1,'2026-11-21T02:15:09.509514+00:00');
CREATE TABLE predictions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    learner INTEGER NOT NULL REFERENCES learners (id),
    topic NOT NULL,
    experiment NOT NULL,
    choice INTEGER,                              -- NULL: skipped
    was_right INTEGER CHECK (was_right IN (0, 1)),
    at TEXT NOT NULL
);
INSERT INTO "predictions" VALUES(1,1,'clustering','lloyd',2,1,'2026-11-21T02:15:09.511192+00:00');
INSERT INTO "predictions" VALUES(2,1,'clustering','inits',NULL,NULL,'2026-11-21T02:15:09.511525+00:00');
CREATE TABLE readings (
    learner INTEGER NOT NULL REFERENCES learners (id),
    topic NOT NULL,
    anchor NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (learner, topic)
);
INSERT INTO "readings" VALUES(2,'linear_regression','worked-example','2026-11-21T02:15:09.511821+00:00');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX attempts_of_learner ON attempts (learner, question);
CREATE UNIQUE INDEX attempts_undone_once ON attempts (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX marks_of_attempt ON marks (attempt);
CREATE VIEW answers AS
    SELECT a.*, m.marks, m.recalled, u.sequence IS NOT NULL AS undone
    FROM attempts a
    LEFT JOIN attempts u ON u.undoes = a.sequence
    LEFT JOIN marks m ON m.id = (SELECT max(id) FROM marks WHERE attempt = a.sequence)
    WHERE a.kind = 'answer';
CREATE INDEX predictions_of_learner ON predictions (learner);
CREATE TRIGGER attempts_not_changed BEFORE UPDATE ON attempts BEGIN
    SELECT RAISE(ABORT, 'attempts is append-only: a row is never changed');
END;
CREATE TRIGGER attempts_not_deleted BEFORE DELETE ON attempts BEGIN
    SELECT RAISE(ABORT, 'attempts is append-only: a row is never deleted');
END;
CREATE TRIGGER marks_not_changed BEFORE UPDATE ON marks BEGIN
    SELECT RAISE(ABORT, 'marks is append-only: a row is never changed');
END;
CREATE TRIGGER marks_not_deleted BEFORE DELETE ON marks BEGIN
    SELECT RAISE(ABORT, 'marks is append-only: a row is never deleted');
END;
CREATE TRIGGER predictions_not_changed BEFORE UPDATE ON predictions BEGIN
    SELECT RAISE(ABORT, 'predictions is append-only: a row is never changed');
END;
CREATE TRIGGER predictions_not_deleted BEFORE DELETE ON predictions BEGIN
    SELECT RAISE(ABORT, 'predictions is append-only: a row is never deleted');
END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('learners',2);
INSERT INTO "sqlite_sequence" VALUES('attempts',6);
INSERT INTO "sqlite_sequence" VALUES('marks',5);
INSERT INTO "sqlite_sequence" VALUES('predictions',2);
COMMIT;
PRAGMA application_id = 1198680429;
PRAGMA user_version = 1;
